package dev.ottla.testkit.fault;

/** Makes the effect of a fault when a rule of it is installed. */
interface EffectFactory {
    Effect create(FaultRule rule);
}
