package dev.darkroom.invariants;

/** How much is tried: little in every build, all with {@code -Ddarkroom.proof=full}. */
final class ProofSize {
    private ProofSize() {}

    static boolean isFull() {
        return "full".equals(System.getProperty("darkroom.proof"));
    }
}
