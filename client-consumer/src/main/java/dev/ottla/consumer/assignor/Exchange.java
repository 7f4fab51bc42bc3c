package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives partitions back to their previous owners where that leaves the division as even as it is: by handing partitions on in a
 * circle, or from a member to one that has one less, if more of them come home than leave. When there is no such way any more,
 * no division that is as even keeps more in place (Klein's cycle canceling for flows of least cost). The ways are looked for as
 * negative cycles (Bellman, Ford) of a graph in which one edge leads from a member to each topic that it has partitions of, and
 * one from there to each subscriber, so its size is that of the subscriptions. Used by one division, when it is even.
 */
final class Exchange {
    private final List<Portion> portions;
    private final Map<String, List<Portion>> subscribers;
    private final Map<TopicPartition, String> previousOwners;
    private final Map<String, Integer> portionNodes = new HashMap<>();
    private final List<String> topics;
    private final Map<String, Integer> topicNodes = new HashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private int nodeCount;

    /**
     * A node is a member, a topic, or a load, by way of which a member passes its greater load to one with one less.
     *
     * @param cost how many partitions leave their previous owners; -1 if one comes home
     * @param comesHome which one does
     */
    private record Edge(
            int from, int to, int cost, @Nullable TopicPartition comesHome) {}

    Exchange(
            List<Portion> portions,
            Map<String, List<Portion>> subscribers,
            Map<TopicPartition, String> previousOwners) {
        this.portions = portions;
        this.subscribers = subscribers;
        this.previousOwners = previousOwners;
        portions.forEach(portion -> portionNodes.put(portion.memberId(), portionNodes.size()));
        this.topics = List.copyOf(new TreeMap<>(subscribers).keySet());
        topics.forEach(topic -> topicNodes.put(topic, portions.size() + topicNodes.size()));
    }

    void bringHome() {
        connect();
        for (List<Edge> circle = negativeCircle(); !circle.isEmpty(); circle = negativeCircle()) {
            handOn(circle);
            connect();
        }
    }

    private void connect() {
        edges.clear();
        for (Portion portion : portions) {
            int from = nodeOf(portion);
            portion.byTopic().forEach((topic, partitions) -> {
                int cost = portion.missesAnyOf(topic) ? 1 : 0;
                edges.add(new Edge(from, topicNodes.getOrDefault(topic, from), cost, null));
                for (TopicPartition partition : partitions) {
                    Integer home = portionNodes.get(previousOwners.get(partition));
                    if (home != null && home != from) {
                        edges.add(new Edge(from, home, -1, partition));
                    }
                }
            });
        }
        subscribers.forEach((topic, ofTopic) -> {
            int node = topicNodes.getOrDefault(topic, 0);
            ofTopic.forEach(subscriber -> edges.add(new Edge(node, nodeOf(subscriber), 0, null)));
        });
        connectLoads();
    }

    private void connectLoads() {
        SortedMap<Integer, Integer> loadNodes = new TreeMap<>();
        int first = portions.size() + topics.size();
        for (Portion portion : portions) {
            int node = loadNodes.computeIfAbsent(portion.load(), load -> first + loadNodes.size());
            edges.add(new Edge(nodeOf(portion), node, 0, null));
        }
        for (Portion portion : portions) {
            Integer oneLess = loadNodes.get(portion.load() - 1);
            if (oneLess != null) {
                edges.add(new Edge(oneLess, nodeOf(portion), 0, null));
            }
        }
        nodeCount = first + loadNodes.size();
    }

    private int nodeOf(Portion portion) {
        return portionNodes.getOrDefault(portion.memberId(), 0);
    }

    /** The edges of one, in their order; none if there is no such circle. */
    private List<Edge> negativeCircle() {
        int[] distances = new int[nodeCount];
        @Nullable Edge[] last = new @Nullable Edge[nodeCount];
        for (boolean shorter = true; shorter; ) {
            shorter = false;
            for (Edge edge : edges) {
                int distance = distances[edge.from()] + edge.cost();
                if (distance < distances[edge.to()]) {
                    distances[edge.to()] = distance;
                    last[edge.to()] = edge;
                    shorter = true;
                }
            }
            List<Edge> circle = circle(last);
            if (!circle.isEmpty()) {
                return circle;
            }
        }
        return List.of();
    }

    /** Among the last edges of the shortest ways; there is none unless a way gets shorter whenever it is gone round. */
    private static List<Edge> circle(@Nullable Edge[] last) {
        int[] seenFrom = new int[last.length];
        Arrays.fill(seenFrom, -1);
        for (int start = 0; start < last.length; start++) {
            int node = start;
            Edge edge = last[node];
            while (edge != null && seenFrom[node] < 0) {
                seenFrom[node] = start;
                node = edge.from();
                edge = last[node];
            }
            if (edge != null && seenFrom[node] == start) {
                return circleThrough(node, last);
            }
        }
        return List.of();
    }

    private static List<Edge> circleThrough(int node, @Nullable Edge[] last) {
        List<Edge> circle = new ArrayList<>();
        Edge edge = last[node];
        do {
            if (edge == null) {
                throw new IllegalStateException("a circle that is open: a defect of this class");
            }
            circle.add(edge);
            edge = last[edge.from()];
        } while (!circle.get(0).equals(edge));
        Collections.reverse(circle);
        return circle;
    }

    private void handOn(List<Edge> circle) {
        for (int i = 0; i < circle.size(); i++) {
            Edge edge = circle.get(i);
            TopicPartition comesHome = edge.comesHome();
            if (comesHome != null) {
                portions.get(edge.from()).handOver(comesHome, portions.get(edge.to()));
            } else if (isTopic(edge.to())) {
                Edge on = circle.get((i + 1) % circle.size());
                String topic = topics.get(edge.to() - portions.size());
                portions.get(edge.from()).handOver(topic, portions.get(on.to()));
            }
        }
    }

    private boolean isTopic(int node) {
        return node >= portions.size() && node < portions.size() + topics.size();
    }
}
