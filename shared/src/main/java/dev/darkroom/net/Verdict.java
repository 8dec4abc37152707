package dev.darkroom.net;

import java.net.URI;

/** What {@link UrlRules} say of a URL. */
public sealed interface Verdict {
    /** It may be tried: absolute, http or https, ASCII only, host in lower case, without a fragment. */
    record Allowed(URI uri) implements Verdict {}

    /** It may not, whatever its host resolves to. */
    sealed interface Refused extends Verdict {
        /** A phrase such as "must use https"; it never quotes the URL. */
        String reason();

        /** It leads, or in some reader's eyes leads, to where no stranger may send us. */
        record Forbidden(String reason) implements Refused {}

        /** Where it leads cannot be told. */
        record Unreadable(String reason) implements Refused {}
    }
}
