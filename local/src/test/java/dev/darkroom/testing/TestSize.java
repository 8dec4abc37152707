package dev.darkroom.testing;

/** The size of the tests that try many cases: small in every build, complete with {@code -Ddarkroom.proof=full}. */
public final class TestSize {
    private TestSize() {}

    public static boolean isFull() {
        return "full".equals(System.getProperty("darkroom.proof"));
    }
}
