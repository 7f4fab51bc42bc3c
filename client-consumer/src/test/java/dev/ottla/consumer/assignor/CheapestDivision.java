package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The best that any division can come to, found by another way than the assignors': as a flow of least cost from partitions to
 * members. It costs most to have more than others have, and then to have what was another's.
 */
final class CheapestDivision {
    private static final long UNEVEN = 1_000_000;
    private static final long MOVED = 1;
    private static final long UNREACHED = Long.MAX_VALUE / 2;

    private final List<MemberSubscription> members;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final long[][] costs;
    private final int[] owners;
    private final int[] loads;

    private CheapestDivision(
            TopicLayout layout, Collection<MemberSubscription> members, Map<TopicPartition, String> previousOwners) {
        this.members = List.copyOf(members);
        for (String topic : new TreeSet<>(layout.partitionsPerTopic().keySet())) {
            if (members.stream().anyMatch(member -> member.topics().contains(topic))) {
                for (int number = 0; number < layout.partitionCount(topic); number++) {
                    partitions.add(new TopicPartition(topic, number));
                }
            }
        }
        costs = new long[partitions.size()][this.members.size()];
        owners = new int[partitions.size()];
        loads = new int[this.members.size()];
        Arrays.fill(owners, -1);
        for (int partition = 0; partition < costs.length; partition++) {
            String before = previousOwners.get(partitions.get(partition));
            for (int member = 0; member < loads.length; member++) {
                MemberSubscription subscription = this.members.get(member);
                boolean may =
                        subscription.topics().contains(partitions.get(partition).topic());
                boolean moves = before != null && !before.equals(subscription.memberId());
                costs[partition][member] = may ? (moves ? MOVED : 0) : UNREACHED;
            }
        }
    }

    static CheapestDivision of(
            TopicLayout layout, Collection<MemberSubscription> members, Map<TopicPartition, String> previousOwners) {
        CheapestDivision division = new CheapestDivision(layout, members, previousOwners);
        for (int partition = 0; partition < division.owners.length; partition++) {
            division.add(partition);
        }
        return division;
    }

    /** How many partitions must be others' than before in any division that is as even as can be. */
    int moved() {
        int moved = 0;
        for (int partition = 0; partition < owners.length; partition++) {
            moved += (int) costs[partition][owners[partition]];
        }
        return moved;
    }

    /** How many partitions members have, from the fewest to the most: the same in any division that is as even as can be. */
    List<Integer> loads() {
        return Arrays.stream(loads).sorted().boxed().toList();
    }

    /** Gives one more partition to somebody, along the cheapest way (Bellman and Ford). */
    private void add(int added) {
        long[] best = new long[loads.length];
        int[] by = new int[loads.length];
        Arrays.fill(by, added);
        System.arraycopy(costs[added], 0, best, 0, best.length);
        for (boolean shorter = true; shorter; ) {
            shorter = false;
            for (int handed = 0; handed < owners.length; handed++) {
                int from = owners[handed];
                for (int to = 0; from >= 0 && to < best.length; to++) {
                    long cost = best[from] + costs[handed][to] - costs[handed][from];
                    if (costs[handed][to] < UNREACHED && cost < best[to]) {
                        best[to] = cost;
                        by[to] = handed;
                        shorter = true;
                    }
                }
            }
        }
        int last = 0;
        for (int member = 1; member < best.length; member++) {
            last = best[member] + UNEVEN * loads[member] < best[last] + UNEVEN * loads[last] ? member : last;
        }
        loads[last]++;
        for (int to = last, handed = by[to]; ; handed = by[to]) {
            int from = owners[handed];
            owners[handed] = to;
            if (handed == added) {
                return;
            }
            to = from;
        }
    }
}
