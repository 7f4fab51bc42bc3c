package dev.ottla.testkit.fault;

import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every frame with its correlation id and its bytes, one after the other, and remembers what came. */
final class EchoBroker implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Thread accepting;

    /** The correlation ids of the requests, in the order of their arrival. */
    final List<Integer> received = new CopyOnWriteArrayList<>();

    /** How each connection ended. */
    final List<String> endings = new CopyOnWriteArrayList<>();

    EchoBroker() throws IOException {
        accepting = inThread(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                inThread(() -> answer(socket));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] request = in.readNBytes(in.readInt());
                int correlationId = Frames.correlationId(request);
                received.add(correlationId);
                byte[] response = Frames.response(correlationId, Frames.payload(request));
                out.write(response);
            }
        } catch (IOException ended) {
            endings.add(String.valueOf(ended.getMessage()));
        }
    }

    private static Thread inThread(Runnable task) {
        Thread thread = new Thread(task, "echo-broker");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
        // The port takes connections until the thread has left accept.
        await().atMost(Duration.ofSeconds(60)).until(() -> !accepting.isAlive());
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
