package dev.ottla.internal.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.internal.protocol.RequestMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiKeyTest {

    @ParameterizedTest
    @EnumSource(ApiKey.class)
    void should_agree_with_the_official_client(ApiKey api) {
        ApiMessageType official = ApiMessageType.fromApiKey(api.id());

        assertThat(api.name()).isEqualTo(official.name());
        assertThat(ApiKey.forId(api.id())).isSameAs(api);
        assertThat(api.lowestVersion()).isEqualTo(official.lowestSupportedVersion());
        assertThat(api.highestVersion()).isEqualTo(official.highestSupportedVersion(false));
        for (short version = api.lowestVersion(); version <= api.highestVersion(); version++) {
            assertThat(api.requestHeaderVersion(version)).isEqualTo(official.requestHeaderVersion(version));
            assertThat(api.responseHeaderVersion(version)).isEqualTo(official.responseHeaderVersion(version));
        }
    }

    @Test
    void should_have_every_api_that_a_broker_offers_to_clients() {
        assertThat(Arrays.stream(ApiMessageType.values())
                        .filter(api -> api.listeners().contains(ListenerType.BROKER))
                        .map(ApiMessageType::name))
                .containsExactlyInAnyOrder(brokerApis());
    }

    private static String[] brokerApis() {
        String[] betweenBrokers = {
            "DELETE_SHARE_GROUP_STATE", "INITIALIZE_SHARE_GROUP_STATE", "READ_SHARE_GROUP_STATE",
            "READ_SHARE_GROUP_STATE_SUMMARY", "WRITE_SHARE_GROUP_STATE", "WRITE_TXN_MARKERS"
        };
        return Stream.concat(Arrays.stream(ApiKey.values()).map(ApiKey::name), Arrays.stream(betweenBrokers))
                .toArray(String[]::new);
    }

    @Test
    void should_know_no_api_for_other_numbers() {
        assertThat(ApiKey.forId((short) -1)).isNull();
        assertThat(ApiKey.forId((short) 4)).isNull();
        assertThat(ApiKey.forId(Short.MAX_VALUE)).isNull();
    }

    @Test
    void should_read_the_requests_and_responses_of_an_api() {
        HeartbeatRequest request = new HeartbeatRequest("billing", 3, "member-1", null);
        HeartbeatResponse response = new HeartbeatResponse(20, (short) 0);
        ByteBuf requestBytes = Unpooled.buffer();
        ByteBuf responseBytes = Unpooled.buffer();

        request.write(requestBytes, (short) 4);
        response.write(responseBytes, (short) 4);

        RequestMessage<?> read = ApiKey.HEARTBEAT.readRequest(requestBytes.duplicate(), (short) 4);
        assertThat(read).isEqualTo(request);
        assertThat(read.apiKey()).isEqualTo(ApiKey.HEARTBEAT);
        assertThat(request.readResponse(responseBytes.duplicate(), (short) 4)).isEqualTo(response);
        assertThat(ApiKey.HEARTBEAT
                        .readResponse(responseBytes.duplicate(), (short) 4)
                        .throttleTimeMs())
                .isEqualTo(20);
    }

    @Test
    void should_refuse_a_version_that_the_api_does_not_have() {
        assertThatThrownBy(() -> ApiKey.HEARTBEAT.readResponse(Unpooled.EMPTY_BUFFER, (short) 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HEARTBEAT has versions 0 to 4, not 5");
        assertThat(ApiKey.HEARTBEAT.hasVersion((short) 5)).isFalse();
    }
}
