package dev.darkroom.invariants;

/** The size of the proofs: small in every build, complete with {@code -Ddarkroom.proof=full}. */
public final class ProofSize {
    private ProofSize() {}

    public static boolean isFull() {
        return "full".equals(System.getProperty("darkroom.proof"));
    }
}
