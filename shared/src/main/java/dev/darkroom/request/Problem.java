package dev.darkroom.request;

/**
 * One thing that is wrong with a request, safe to show to its author.
 *
 * @param field the path of the field, such as {@code input.image_urls[2]}; {@code body} for the whole body
 * @param message says what the field must be; never quotes a prompt or a URL
 */
public record Problem(String field, String message) {
    /** The field of a problem of the body as a whole. */
    public static final String BODY = "body";

    /** Longer than any path of a known field. */
    private static final int MAX_SHOWN = 60;

    /** A path that a stranger wrote, in plain ASCII, shortened. A name may be any text, and as long as a body. */
    static String shown(String path) {
        String start = path.length() > MAX_SHOWN ? path.substring(0, MAX_SHOWN) + "..." : path;
        return start.isEmpty() ? "?" : start.replaceAll("[^A-Za-z0-9_.\\[\\]-]", "?");
    }
}
