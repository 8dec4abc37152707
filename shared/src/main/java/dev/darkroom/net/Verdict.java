package dev.darkroom.net;

import java.net.URI;

/** Whether a URL may be opened. */
public sealed interface Verdict {
    /** The URL is allowed. It is absolute, http or https, ASCII only, with its host in lower case and without a fragment. */
    record Allowed(URI uri) implements Verdict {}

    /** The URL is not allowed, whatever its host resolves to. */
    sealed interface Refused extends Verdict {
        /** Continues a sentence that begins with "the URL", such as "must use https"; it never quotes the URL. */
        String reason();

        /** It leads to where no stranger may send us, at least for some parser. */
        record Forbidden(String reason) implements Refused {}

        /** Nobody can tell where it leads. */
        record Unreadable(String reason) implements Refused {}

        /** Its host is not on a list of hosts. */
        record NotListed() implements Refused {
            @Override
            public String reason() {
                return "must have a host on the list";
            }
        }
    }
}
