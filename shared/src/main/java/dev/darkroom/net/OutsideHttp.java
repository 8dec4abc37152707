package dev.darkroom.net;

import dev.darkroom.net.AddressGuard.ForbiddenAddressException;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.Forbidden;
import dev.darkroom.net.Exchange.HostNotListed;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.Exchange.Unreadable;
import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * HTTP to hosts that strangers name: every hop's URL is judged by {@link UrlRules}, every address connected to by
 * {@link PublicAddresses}, and each exchange ends by its limit whatever the other side does. Thread-safe.
 */
public final class OutsideHttp {
    /** How many redirects a GET follows. */
    public static final int MAX_REDIRECTS = 3;

    /** How much of the answer to a POST is read, in bytes. */
    public static final int MAX_POST_ANSWER = 64 * 1024;

    /** Without a charset: JSON's media type has no such parameter (RFC 8259, 11), and a strict receiver may say so. */
    private static final ContentType JSON = ContentType.create("application/json");

    private final TrustedHosts trusted;
    private final SingleExchange http;

    public OutsideHttp(TrustedHosts trusted, NameLookup lookup) {
        this.trusted = trusted;
        this.http = new SingleExchange(lookup);
    }

    /**
     * GETs a URL, follows its redirects and reads the last answer. The URL and its redirects are read as browsers read them.
     *
     * @param hosts where the URL and its redirects may lead
     * @param limit of everything together, reading included
     * @param reader takes what is wanted from the answer; what it leaves is not fetched. What it throws beside an
     *     {@link IOException} is thrown on.
     */
    public <T> Exchange<T> get(String url, HostList hosts, Duration limit, OutsideAnswer.Reader<T> reader) {
        try (Deadline deadline = new Deadline(limit)) {
            Verdict next = UrlRules.read(url, null, trusted);
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                URI uri;
                switch (next) {
                    case Refused.Forbidden(String reason) -> {
                        return new Forbidden<>(reason);
                    }
                    case Refused.Unreadable(String reason) -> {
                        return new Unreadable<>(reason);
                    }
                    case Allowed allowed -> uri = allowed.uri();
                }
                if (!hosts.allows(uri)) {
                    return new HostNotListed<>();
                }
                switch (send(new HttpGet(uri), uri, deadline, answer -> step(answer, reader))) {
                    case Answered<Step<T>>(Step.Done<T>(T value)) -> {
                        return new Answered<>(value);
                    }
                    case Answered<Step<T>>(Step.Redirect<T>(String location)) ->
                        next = UrlRules.read(location, uri, trusted);
                    case Failed<Step<T>>(Trouble trouble) -> {
                        return new Failed<>(trouble);
                    }
                    case Forbidden<Step<T>>(String reason) -> {
                        return new Forbidden<>(reason);
                    }
                    case Unreadable<Step<T>>(String reason) -> {
                        return new Unreadable<>(reason);
                    }
                    case HostNotListed<Step<T>>() -> {
                        return new HostNotListed<>();
                    }
                }
            }
            return new Forbidden<>("must not redirect more than " + MAX_REDIRECTS + " times");
        }
    }

    /** What the receiver of a POST answered: any status, a redirect's too, and its {@code Retry-After} as it stands. */
    public record PostAnswer(int status, Optional<String> retryAfter) {}

    /**
     * POSTs JSON once and follows no redirect. As soon as the status is known it counts, also if the rest of the answer is never
     * sent.
     */
    public Exchange<PostAnswer> post(String url, Map<String, String> headers, byte[] json, Duration limit) {
        try (Deadline deadline = new Deadline(limit)) {
            return switch (UrlRules.check(url, trusted)) {
                case Refused refused -> new Forbidden<>(refused.reason());
                case Allowed(URI uri) -> {
                    HttpPost post = new HttpPost(uri);
                    headers.forEach(post::setHeader);
                    post.setEntity(new ByteArrayEntity(json, JSON));
                    yield send(post, uri, deadline, OutsideHttp::postAnswer);
                }
            };
        }
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

    private static PostAnswer postAnswer(OutsideAnswer answer) {
        PostAnswer result = new PostAnswer(answer.status(), answer.header("Retry-After"));
        try {
            // Read to the end when it is near, so that the receiver sees no reset.
            InputStream body = answer.body();
            byte[] buffer = new byte[8192];
            int left = MAX_POST_ANSWER;
            for (int n = 0; n >= 0 && left > 0; left -= n) {
                n = body.read(buffer, 0, Math.min(buffer.length, left));
            }
        } catch (IOException e) {
            // the status came; that is all that counts
        }
        return result;
    }

    private <T> Exchange<T> send(
            HttpUriRequestBase request, URI uri, Deadline deadline, OutsideAnswer.Reader<T> reader) {
        request.setHeader("Accept-Encoding", "identity");
        return switch (http.send(request, uri, trusted.contains(uri), deadline, reader)) {
            case SingleExchange.Outcome.Answered<T>(T value) -> new Answered<>(value);
            case SingleExchange.Outcome.Lost<T>(IOException cause) -> failed(deadline, cause);
            case SingleExchange.Outcome.NeverSent<T>(IOException cause) -> failed(deadline, cause);
        };
    }

    private static <T> Exchange<T> failed(Deadline deadline, IOException cause) {
        return new Failed<>(deadline.isOver() ? Trouble.TIMED_OUT : trouble(cause));
    }

    private static Trouble trouble(IOException failure) {
        return switch (failure) {
            case ForbiddenAddressException e -> Trouble.ADDRESS_NOT_PUBLIC;
            case UnknownHostException e -> Trouble.NAME_NOT_RESOLVED;
            case SSLException e -> Trouble.TLS_FAILED;
            case SocketTimeoutException e -> Trouble.TIMED_OUT;
            default -> Trouble.CONNECTION_FAILED;
        };
    }
}
