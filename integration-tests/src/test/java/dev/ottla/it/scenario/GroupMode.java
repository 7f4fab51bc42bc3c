package dev.ottla.it.scenario;

import dev.ottla.config.ClientOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.config.IsolationLevel;
import java.time.Duration;

/**
 * How the members of a group read.
 *
 * @param clientId of all of them, by which a proxy can tell groups apart
 * @param requestTimeout after which they give up a broker that does not answer
 */
record GroupMode(GroupProtocol protocol, IsolationLevel isolation, String clientId, Duration requestTimeout) {

    /** With everything else as it is by default. */
    static GroupMode of(GroupProtocol protocol) {
        return new GroupMode(protocol, IsolationLevel.READ_UNCOMMITTED, "members", Duration.ofSeconds(30));
    }

    ClientOptions clientOptions(String bootstrapServers) {
        return ClientOptions.builder()
                .bootstrapServers(bootstrapServers)
                .clientId(clientId)
                .requestTimeout(requestTimeout)
                .build();
    }
}
