package dev.ottla.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.Lock;

/** The rules of the structure, each a constant, so that each can be shown to fail on a class made to break it. */
final class ArchitectureRules {

    /** The one class where the machine's clock, chance and threads come in. */
    private static final String MACHINE_ADAPTER = "dev.ottla.internal.net.NettyRuntime";

    /** Calls that bring in the machine's clock, chance or threads; no names means all of the class. */
    private static final Map<Class<?>, Set<String>> MACHINE_CALLS = Map.of(
            System.class, Set.of("nanoTime", "currentTimeMillis"),
            Thread.class, Set.of("sleep", "<init>", "start"),
            Executors.class, Set.of(),
            ThreadPoolExecutor.class, Set.of("<init>"),
            ForkJoinPool.class, Set.of(),
            Timer.class, Set.of(),
            Random.class, Set.of(),
            SplittableRandom.class, Set.of(),
            Math.class, Set.of("random"),
            UUID.class, Set.of("randomUUID"));

    /** A condition's own await is not among them: it gives its lock back. */
    private static final Map<Class<?>, Set<String>> WAITING_CALLS = Map.of(
            Object.class, Set.of("wait"),
            Thread.class, Set.of("sleep", "join"),
            Future.class, Set.of("get", "join"),
            CountDownLatch.class, Set.of("await"),
            Semaphore.class, Set.of("acquire"),
            BlockingQueue.class, Set.of("take", "put"));

    /** The packages of client-core from the top down; each sees those after it. */
    private static final List<String> LAYERS = List.of(
            "internal.cluster",
            "internal.net",
            "internal.security",
            "internal.record",
            "internal.protocol",
            "config",
            "serialization",
            "errors",
            "common",
            "internal.concurrent");

    private static final String GENERATED = "dev.ottla.internal.protocol.message";

    static final ArchRule NO_CYCLES =
            slices().assignedFrom(packagesWithTheirGeneratedPart()).should().beFreeOfCycles();

    static final ArchRule TIME_AND_CHANCE_ARE_PASSED_IN = noClasses()
            .that(not(namedOrIn(MACHINE_ADAPTER)))
            .should()
            .accessTargetWhere(machineTimeOrChance())
            .because("the whole client must run on a virtual clock and a seed");

    static final ArchRule NO_NETTY_IN_PUBLIC_SIGNATURES = members()
            .that()
            .areDeclaredInClassesThat(not(resideInAPackage("..internal..")))
            .should(notMention("io.netty"))
            .because("Netty is how it is done, not what is offered");

    /** Generated messages are called what Kafka's schemas call them. */
    static final ArchRule STANDARD_NAMES = noClasses()
            .that()
            .resideOutsideOfPackage(GENERATED)
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Data|Info|Context)(\\$.*)?")
            .orShould()
            .haveSimpleNameStartingWith("Abstract")
            .because("such a name says nothing about the role");

    static final ArchRule INTERNAL_CLASSES_NAME_THEIR_THREAD = classes()
            .that()
            .resideInAPackage("..internal..")
            .and()
            .areTopLevelClasses()
            .and()
            .areNotAnnotations()
            .and()
            .haveSimpleNameNotEndingWith("package-info")
            .should()
            .beAnnotatedWith(ThreadSafe.class)
            .orShould()
            .beAnnotatedWith(Immutable.class)
            .orShould()
            .beAnnotatedWith(EventLoopConfined.class)
            .orShould()
            .beAnnotatedWith(Confined.class)
            .because("a mutable object has one owner thread, and says which");

    static final ArchRule NO_WAITING_ON_AN_EVENT_LOOP = noClasses()
            .that()
            .areAnnotatedWith(EventLoopConfined.class)
            .or(areNestedIn(EventLoopConfined.class))
            .should()
            .accessTargetWhere(aWait())
            .because("an event loop that waits stops every connection that it owns");

    static final ArchRule NO_LOCK_HELD_WHILE_WAITING = noClasses()
            .that(useLocks())
            .should()
            .accessTargetWhere(aWait())
            .because("who holds a lock waits for its condition only, which gives the lock back");

    private ArchitectureRules() {}

    static List<ArchRule> forTheLibrary() {
        return List.of(
                coreSeesOnlyWhatIsBelow("dev.ottla"),
                modulesKeepApart("dev.ottla"),
                NO_CYCLES,
                TIME_AND_CHANCE_ARE_PASSED_IN,
                NO_NETTY_IN_PUBLIC_SIGNATURES,
                STANDARD_NAMES,
                INTERNAL_CLASSES_NAME_THEIR_THREAD,
                NO_WAITING_ON_AN_EVENT_LOOP,
                NO_LOCK_HELD_WHILE_WAITING);
    }

    /** The test kit starts processes and waits for them by the machine's clock; the other rules hold there too. */
    static List<ArchRule> forTheTestKit() {
        return List.of(NO_CYCLES, NO_NETTY_IN_PUBLIC_SIGNATURES, STANDARD_NAMES);
    }

    static ArchRule coreSeesOnlyWhatIsBelow(String root) {
        return classes().that().resideInAPackage(root + "..").should(onlyDependDownwards(root));
    }

    static ArchRule modulesKeepApart(String root) {
        return slices().matching(root + ".(producer|consumer|admin)..")
                .should()
                .notDependOnEachOther()
                .because("they build on client-core alone");
    }

    /** A slice per package, but one for the messages and what they are read and written with: generated for each other. */
    private static SliceAssignment packagesWithTheirGeneratedPart() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                if (!name.startsWith("dev.ottla.")) {
                    return SliceIdentifier.ignore();
                }
                return SliceIdentifier.of(name.equals(GENERATED) ? "dev.ottla.internal.protocol" : name);
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static ArchCondition<JavaClass> onlyDependDownwards(String root) {
        return new ArchCondition<>("depend on layers below only: " + LAYERS) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                int from = layer(root, type);
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> isUpwards(root, from, dependency.getTargetClass()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean isUpwards(String root, int from, JavaClass target) {
        JavaClass type = target.getBaseComponentType();
        boolean ours =
                type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
        return from >= 0 && ours && layer(root, type) < from;
    }

    /** What is in no layer (the client itself, producer, consumer, admin) is above them all. */
    private static int layer(String root, JavaClass type) {
        for (int i = 0; i < LAYERS.size(); i++) {
            String name = root + "." + LAYERS.get(i);
            if (type.getPackageName().equals(name) || type.getPackageName().startsWith(name + ".")) {
                return i;
            }
        }
        return -1;
    }

    private static DescribedPredicate<JavaClass> namedOrIn(String className) {
        return DescribedPredicate.describe(
                "are " + className,
                type -> type.getName().equals(className) || type.getName().startsWith(className + "$"));
    }

    private static DescribedPredicate<JavaClass> areNestedIn(Class<? extends Annotation> annotation) {
        return DescribedPredicate.describe(
                "are nested in a class annotated with @" + annotation.getSimpleName(),
                type -> type.getEnclosingClass()
                        .filter(outer -> outer.isAnnotatedWith(annotation))
                        .isPresent());
    }

    private static DescribedPredicate<JavaAccess<?>> machineTimeOrChance() {
        return DescribedPredicate.describe(
                "is the machine's clock, chance, sleep or a new thread",
                access -> (access.getTargetOwner().getPackageName().equals("java.time")
                                && access.getTarget().getName().equals("now"))
                        || isOneOf(MACHINE_CALLS, access));
    }

    private static DescribedPredicate<JavaAccess<?>> aWait() {
        return DescribedPredicate.describe("waits", access -> isOneOf(WAITING_CALLS, access));
    }

    private static boolean isOneOf(Map<Class<?>, Set<String>> calls, JavaAccess<?> access) {
        return calls.entrySet().stream()
                .filter(call -> access.getTargetOwner().isAssignableTo(call.getKey()))
                .anyMatch(call -> call.getValue().isEmpty()
                        || call.getValue().contains(access.getTarget().getName()));
    }

    private static DescribedPredicate<JavaClass> useLocks() {
        return DescribedPredicate.describe(
                "use locks",
                type -> type.getAccessesFromSelf().stream()
                        .anyMatch(access -> access.getTargetOwner().isAssignableTo(Lock.class)
                                && access.getTarget().getName().startsWith("lock")));
    }

    private static ArchCondition<JavaMember> notMention(String packagePrefix) {
        return new ArchCondition<>("not mention " + packagePrefix) {
            @Override
            public void check(JavaMember member, ConditionEvents events) {
                boolean visible = member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED);
                boolean ownerVisible = member.getOwner().getModifiers().contains(JavaModifier.PUBLIC);
                mentioned(member).stream()
                        .filter(type ->
                                visible && ownerVisible && type.getPackageName().startsWith(packagePrefix))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " mentions " + type.getName())));
            }
        };
    }

    private static List<JavaClass> mentioned(JavaMember member) {
        List<JavaClass> types = new ArrayList<>();
        if (member instanceof JavaCodeUnit unit) {
            types.add(unit.getRawReturnType());
            types.addAll(unit.getRawParameterTypes());
            types.addAll(unit.getExceptionTypes());
        } else if (member instanceof JavaField field) {
            types.add(field.getRawType());
        }
        return types;
    }
}
