package dev.darkroom.net;

import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.NotAllowed;
import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * HTTP with hosts that strangers name. {@link UrlRules} checks the URL of every hop, {@link PublicAddresses} every address. Each
 * exchange ends at its limit, whatever the host does. Thread-safe.
 */
public final class OutsideHttp {
    /** How many redirects a GET follows. */
    public static final int MAX_REDIRECTS = 3;

    /** How much of the answer to a POST is read, in bytes. */
    public static final int MAX_POST_ANSWER = 64 * 1024;

    /** Without a charset: JSON's media type has no such parameter (RFC 8259, 11), and a strict receiver may refuse it. */
    private static final ContentType JSON = ContentType.create("application/json");

    private final TrustedHosts trusted;
    private final SingleExchange http;

    public OutsideHttp(TrustedHosts trusted) {
        this(trusted, SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param lookup finds a host's addresses; a test can pass one that changes its answers */
    public OutsideHttp(TrustedHosts trusted, DnsResolver lookup) {
        this.trusted = trusted;
        this.http = new SingleExchange(lookup);
    }

    /**
     * GETs a URL, follows its redirects and reads the last answer. It reads URLs as browsers do.
     *
     * @param hosts where the URL and its redirects may lead
     * @param limit for everything together, also reading
     * @param reader takes what the caller wants from the answer; the rest is not fetched. Its exceptions other than {@link
     *     IOException} are passed on.
     */
    public <T> Exchange<T> get(String url, HostList hosts, Duration limit, OutsideAnswer.Reader<T> reader) {
        Deadline deadline = new Deadline(limit);
        Verdict next = UrlRules.read(url, null, trusted);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            URI uri;
            switch (next) {
                case Refused refused -> {
                    return new NotAllowed<>(refused);
                }
                case Allowed allowed -> uri = allowed.uri();
            }
            if (!hosts.allows(uri)) {
                return new NotAllowed<>(new Refused.NotListed());
            }
            switch (send(new HttpGet(uri), uri, deadline, answer -> step(answer, reader))) {
                case Answered<Step<T>>(Step.Done<T>(T value)) -> {
                    return new Answered<>(value);
                }
                case Answered<Step<T>>(Step.Redirect<T>(String location)) ->
                    next = UrlRules.read(location, uri, trusted);
                case Failed<Step<T>>(Exchange.Trouble trouble, boolean sent) -> {
                    return new Failed<>(trouble, sent);
                }
            }
        }
        return new NotAllowed<>(new Refused.Forbidden("must not redirect more than " + MAX_REDIRECTS + " times"));
    }

    /** The answer to a POST: any status, also a redirect's, and the {@code Retry-After} header as sent. */
    public record PostAnswer(int status, @Nullable String retryAfter) {}

    /**
     * POSTs JSON once and follows no redirect. The status counts as soon as it is known, even if the rest of the answer never
     * comes.
     */
    public Exchange<PostAnswer> post(String url, Map<String, String> headers, byte[] json, Duration limit) {
        return switch (UrlRules.check(url, trusted)) {
            case Refused refused -> new NotAllowed<>(refused);
            case Allowed(URI uri) -> {
                HttpPost post = new HttpPost(uri);
                headers.forEach(post::setHeader);
                post.setEntity(new ByteArrayEntity(json, JSON));
                yield send(post, uri, new Deadline(limit), OutsideHttp::postAnswer);
            }
        };
    }

    private sealed interface Step<T> {
        record Done<T>(T value) implements Step<T> {}

        record Redirect<T>(String location) implements Step<T> {}
    }

    private static <T> Step<T> step(OutsideAnswer answer, OutsideAnswer.Reader<T> reader) throws IOException {
        Optional<String> location = switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> answer.header("Location");
            default -> Optional.empty();
        };
        return location.isPresent() ? new Step.Redirect<>(location.get()) : new Step.Done<>(reader.read(answer));
    }

    static PostAnswer postAnswer(OutsideAnswer answer) {
        PostAnswer result =
                new PostAnswer(answer.status(), answer.header("Retry-After").orElse(null));
        try {
            // A short body is read to its end, so that the receiver sees no reset.
            answer.sent().readNBytes(MAX_POST_ANSWER);
        } catch (IOException e) {
            // Only the status counts, and it is known.
        }
        return result;
    }

    private <T> Exchange.Attempt<T> send(
            HttpUriRequestBase request, URI uri, Deadline deadline, OutsideAnswer.Reader<T> reader) {
        request.setHeader("Accept-Encoding", "identity");
        return http.send(request, uri, trusted.contains(uri), deadline, reader);
    }
}
