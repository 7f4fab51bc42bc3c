package dev.ottla.it.conformance;

import static org.awaitility.Awaitility.await;

import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** One run of the scripts against a cluster of one broker: asks, and writes down what is answered. */
final class Scene implements AutoCloseable {
    private final RawConnection connection;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final Set<String> apis = new TreeSet<>();
    private Transcript transcript = new Transcript();
    private String script = "";

    Scene(String address) throws IOException {
        this.connection = new RawConnection(address);
    }

    void begin(String name) {
        script = name;
        transcript = new Transcript();
    }

    /** Asks in the newest version that is stable, and writes the answer down. */
    <R extends ResponseMessage> R ask(String step, RequestMessage<R> request) {
        return ask(step, request, newest(request.apiKey()));
    }

    <R extends ResponseMessage> R ask(String step, RequestMessage<R> request, int version) {
        R answer = quietly(request, version);
        note(step + " (" + request.apiKey() + " v" + version + ")", transcript.of(answer));
        apis.add(request.apiKey().name());
        return answer;
    }

    /** Asks without writing the answer down. */
    <R extends ResponseMessage> R quietly(RequestMessage<R> request) {
        return quietly(request, newest(request.apiKey()));
    }

    private <R extends ResponseMessage> R quietly(RequestMessage<R> request, int version) {
        try {
            return connection.ask(request, (short) version);
        } catch (IOException e) {
            throw new UncheckedIOException(script + ": " + request.apiKey() + " v" + version, e);
        }
    }

    /** Asks until the answer is so, without writing it down. */
    <R extends ResponseMessage> R until(RequestMessage<R> request, Predicate<? super R> isSo) {
        return await(script + ": " + request.apiKey())
                .pollInterval(Duration.ofMillis(20))
                .until(() -> quietly(request), isSo);
    }

    /** Writes something down that the script has found out itself. */
    void note(String step, String answer) {
        String key = script + ": " + step;
        if (answers.put(key, answer) != null) {
            throw new IllegalStateException("two steps are called " + key);
        }
    }

    /** The newest version that brokers offer without being told to offer what is not finished. */
    static int newest(ApiKey api) {
        return api.highestVersion();
    }

    Map<String, String> answers() {
        return answers;
    }

    List<String> apis() {
        return new ArrayList<>(apis);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
