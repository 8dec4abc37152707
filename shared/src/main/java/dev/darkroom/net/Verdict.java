package dev.darkroom.net;

import java.net.URI;

/** The verdict of {@link UrlRules} on a URL. */
public sealed interface Verdict {
    /** The URL is allowed. It is absolute, http or https, ASCII only, with its host in lower case and without a fragment. */
    record Allowed(URI uri) implements Verdict {}

    /** The URL is not allowed, whatever its host resolves to. */
    sealed interface Refused extends Verdict {
        /** A phrase such as "must use https"; it never quotes the URL. */
        String reason();

        /** It leads to where no stranger may send us, at least for some parser. */
        record Forbidden(String reason) implements Refused {}

        /** Nobody can tell where it leads. */
        record Unreadable(String reason) implements Refused {}
    }
}
