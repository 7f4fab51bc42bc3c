package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ottla.config.JaasConfig.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JaasConfigTest {
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";

    @Test
    void should_read_module_and_options() {
        // when
        JaasConfig jaas = JaasConfig.parse(PLAIN + " required\n  username=\"bill ing\" password='p;\\'=\"\\\\x';");

        // then
        assertThat(jaas.module()).isEqualTo(Module.PLAIN);
        assertThat(jaas.option("username").map(Secret::reveal)).contains("bill ing");
        assertThat(jaas.option("password").map(Secret::reveal)).contains("p;'=\"\\x");
        assertThat(jaas.option("realm")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.kafka.common.security.scram.ScramLoginModule,SCRAM",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule,OAUTHBEARER",
        "com.sun.security.auth.module.Krb5LoginModule,KERBEROS"
    })
    void should_know_the_official_modules(String name, Module module) {
        assertThat(JaasConfig.parse(name + " required;").module()).isEqualTo(module);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "com.sun.security.auth.module.JndiLoginModule required user=\"CANARY\";",
                PLAIN,
                PLAIN + " sometimes password=\"CANARY\";",
                PLAIN + " required password=\"CANARY\"",
                PLAIN + " required password \"CANARY\";",
                PLAIN + " required password=;",
                PLAIN + " required password=\"CANARY\"; x",
            })
    void should_refuse_other_text_without_quoting_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JaasConfig.parse(text))
                .satisfies(e -> assertThat(e).hasMessageNotContaining("CANARY"));
    }

    @Test
    void should_show_no_value() {
        assertThat(JaasConfig.parse(PLAIN + " required password=\"CANARY\";")).hasToString("PLAIN [password]");
        assertThat(Secret.of("CANARY")).hasToString("[hidden]").isEqualTo(Secret.of("CANARY"));
    }
}
