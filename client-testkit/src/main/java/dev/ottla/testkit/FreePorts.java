package dev.ottla.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Ports of 127.0.0.1 on which nothing listens, for brokers that must know each other's ports before any of them runs.
 * They lie below the ranges from which systems take the local ports of outgoing connections: a broker that is down for
 * a while must find its port free again.
 */
final class FreePorts {
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;

    /** So many JVMs that test side by side each take ports of their own. */
    private static final int SHARES = 4;

    /** Which of these JVMs this is, from 1, as a build says that runs more than one. */
    private static final String SHARE = "ottla.testkit.fork";

    private static final int SHARE_PORTS = (HIGHEST - LOWEST) / SHARES;

    private FreePorts() {}

    static List<Integer> pick(int count, RandomGenerator random) {
        return pick(count, random, Integer.getInteger(SHARE, 0));
    }

    /** For the JVM of this number; 0 if there is but one. */
    static List<Integer> pick(int count, RandomGenerator random, int fork) {
        int lowest = LOWEST + fork % SHARES * SHARE_PORTS;
        return fork == 0 ? pick(count, random, LOWEST, HIGHEST) : pick(count, random, lowest, lowest + SHARE_PORTS);
    }

    private static List<Integer> pick(int count, RandomGenerator random, int lowest, int end) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int attempt = 0; held.size() < count && attempt < ATTEMPTS; attempt++) {
                hold(random.nextInt(lowest, end), held);
            }
            if (held.size() < count) {
                throw new RealKafkaException("No " + count + " free ports found between " + lowest + " and " + end
                        + " on 127.0.0.1 after " + ATTEMPTS + " attempts. Close what listens on them.");
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            held.forEach(FreePorts::release);
        }
    }

    private static void hold(int port, List<ServerSocket> held) {
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            // Taken: the socket stays unbound.
            release(held.remove(held.size() - 1));
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new RealKafkaException("A port that was only reserved could not be released", e);
        }
    }
}
