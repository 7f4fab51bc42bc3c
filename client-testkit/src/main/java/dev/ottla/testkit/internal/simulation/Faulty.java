package dev.ottla.testkit.internal.simulation;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.api.Faults.Fault;
import dev.ottla.testkit.internal.api.Faults.Target;
import dev.ottla.testkit.internal.cluster.ModelCluster;
import dev.ottla.testkit.internal.simulation.SimulatedNetwork.Loss;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.simulation.SimulatedFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries faults out, on the network or in the cluster, and ends them. Called on the cluster's loop. */
@Confined
final class Faulty {
    private static final long LATENCY_NANOS_MIN = 50_000;
    private static final long LATENCY_NANOS_MAX = 2_000_000;
    private static final int ANY_NODE = -1;

    private final VirtualLoop loop;
    private final SimulatedNetwork network;
    private final ModelCluster model;
    private final VirtualWallClock wallClock;
    private final Set<Integer> down = new TreeSet<>();
    private final List<Runnable> cures = new ArrayList<>();

    Faulty(VirtualLoop loop, SimulatedNetwork network, ModelCluster model, VirtualWallClock wallClock) {
        this.loop = loop;
        this.network = network;
        this.model = model;
        this.wallClock = wallClock;
    }

    void inject(SimulatedFault fault) {
        if (!injectOnNetwork(fault)) {
            injectInCluster(fault);
        }
    }

    private boolean injectOnNetwork(SimulatedFault fault) {
        if (fault instanceof SimulatedFault.ResetConnections reset) {
            network.reset(reset.nodeId());
        } else if (fault instanceof SimulatedFault.HalfClose half) {
            network.halfClose(half.nodeId());
        } else if (fault instanceof SimulatedFault.BlackHole hole) {
            network.stall(hole.nodeId(), hole.duration().toNanos());
        } else if (fault instanceof SimulatedFault.LoseRequest lost) {
            network.loseNext(Loss.REQUEST, ANY_NODE, ApiKey.valueOf(lost.api()).id());
        } else if (fault instanceof SimulatedFault.LoseResponse lost) {
            network.loseNext(Loss.RESPONSE, ANY_NODE, ApiKey.valueOf(lost.api()).id());
        } else if (fault instanceof SimulatedFault.HoldRequest hold) {
            network.holdNext(ApiKey.valueOf(hold.api()).id(), hold.delay().toNanos());
        } else if (fault instanceof SimulatedFault.SlowNetwork slow) {
            network.latency(LATENCY_NANOS_MIN, slow.latencyMax().toNanos());
        } else {
            return false;
        }
        return true;
    }

    private void injectInCluster(SimulatedFault fault) {
        if (fault instanceof SimulatedFault.DelayResponse delay) {
            model.faults()
                    .add(
                            target(delay.api(), null),
                            new Fault.Delay(delay.delay().toNanos()),
                            1);
        } else if (fault instanceof SimulatedFault.DelayRequest delay) {
            model.faults()
                    .add(
                            target(delay.api(), null),
                            new Fault.Defer(delay.delay().toNanos()),
                            1);
        } else if (fault instanceof SimulatedFault.AnswerWithError wrong) {
            model.faults()
                    .add(target(wrong.api(), null), new Fault.Fail(ErrorCode.valueOf(wrong.error())), wrong.times());
        } else if (fault instanceof SimulatedFault.RefusePartition wrong) {
            model.faults()
                    .add(
                            target(wrong.api(), wrong.partition()),
                            new Fault.Fail(ErrorCode.valueOf(wrong.error())),
                            wrong.times());
        } else if (fault instanceof SimulatedFault.MoveLeader move) {
            moveLeader(move.partition(), move.nodeId());
        } else if (fault instanceof SimulatedFault.HoldFollowers hold) {
            Partition partition = model.partition(hold.partition());
            partition.holdHighWatermark();
            cureAfter(hold.duration(), partition::releaseHighWatermark);
        } else if (fault instanceof SimulatedFault.BrokerDown down) {
            brokerDown(down);
        } else if (fault instanceof SimulatedFault.EvictFetchSessions evict) {
            model.evictFetchSessions(evict.nodeId());
        } else if (fault instanceof SimulatedFault.MoveCoordinator move) {
            model.moveCoordinator(Kind.GROUP, move.group(), move.nodeId());
        } else if (fault instanceof SimulatedFault.MoveTransactionCoordinator move) {
            model.moveCoordinator(Kind.TRANSACTION, move.transactionalId(), move.nodeId());
        } else if (fault instanceof SimulatedFault.DelayMarkers late) {
            model.transactionMarkerDelay(late.delay().toNanos());
        } else if (fault instanceof SimulatedFault.ClockJump jump) {
            wallClock.jump(jump.by());
        }
    }

    private static Target target(String api, @Nullable TopicPartition partition) {
        return new Target(ApiKey.valueOf(api), null, partition);
    }

    private void moveLeader(TopicPartition partition, int nodeId) {
        Partition moved = model.partition(partition);
        if (moved.isr().contains(nodeId) && moved.leader() != nodeId && !down.contains(nodeId)) {
            model.moveLeader(partition, nodeId, false);
        }
    }

    private void brokerDown(SimulatedFault.BrokerDown fault) {
        int nodeId = fault.nodeId();
        if (!down.add(nodeId)) {
            return;
        }
        network.refuse(nodeId, true);
        model.brokerDown(nodeId);
        cureAfter(fault.duration(), () -> {
            down.remove(nodeId);
            network.refuse(nodeId, false);
            model.brokerUp(nodeId);
        });
    }

    /** Once: after its time, or when everything is healed. */
    private void cureAfter(Duration duration, Runnable cure) {
        cures.add(cure);
        var unused = loop.schedule(
                () -> {
                    if (cures.remove(cure)) {
                        cure.run();
                    }
                },
                duration.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    void heal() {
        network.heal();
        network.latency(LATENCY_NANOS_MIN, LATENCY_NANOS_MAX);
        model.faults().clear();
        model.transactionMarkerDelay(0);
        List<Runnable> open = List.copyOf(cures);
        cures.clear();
        open.forEach(Runnable::run);
    }
}
