package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataProbeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // closes at once
                "7fffffff00000001", // claims 2 GiB
                "ffffffff", // claims less than nothing
                "00000008" + "00000009" + "00000000", // another request's answer
                "00000008" + "00000001" + "00000001", // one broker, but it ends there
                "0000000e" + "00000001" + "00000001" + "00000001" + "7fff", // a host name beyond the end
                "0000000c" + "00000001" // ends early
            })
    void should_report_an_io_error_when_the_answer_is_no_metadata(String answerHex) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering =
                    new Thread(() -> answerOnce(server, HexFormat.of().parseHex(answerHex)));
            answering.start();

            assertThatThrownBy(() -> MetadataProbe.brokersSeenFrom(server.getLocalPort(), Duration.ofSeconds(10)))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(java.net.SocketTimeoutException.class);

            answering.join();
        }
    }

    private static void answerOnce(ServerSocket server, byte[] answer) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().readNBytes(31);
            socket.getOutputStream().write(answer);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
