package dev.darkroom.net;

import java.net.URI;

/** What {@link UrlRules} say of a URL. */
public sealed interface Verdict {
    /** It may be tried: absolute, http or https, ASCII only, host in lower case, without a fragment. */
    record Allowed(URI uri) implements Verdict {}

    /** It may not, whatever its host resolves to. The reason is a phrase such as "must use https"; it never quotes the URL. */
    record Refused(String reason) implements Verdict {}
}
