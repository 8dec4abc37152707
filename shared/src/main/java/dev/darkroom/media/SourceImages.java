package dev.darkroom.media;

import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.Forbidden;
import dev.darkroom.net.Exchange.HostNotListed;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideAnswer;
import dev.darkroom.net.OutsideHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks at the source images of an edit before money is spent on it: each must be there, be a PNG, JPEG or WebP and be small
 * enough for APIDot. As little is fetched as tells that. Thread-safe.
 */
public final class SourceImages {
    /** What APIDot's page calls 10 MB, read generously: 10 MiB, in bytes. */
    public static final long MAX_BYTES = 10L << 20;

    private final OutsideHttp http;

    public SourceImages(OutsideHttp http) {
        this.http = http;
    }

    /** What is wrong with the image of this index; the message reads on from its name and quotes nothing. */
    public record Problem(int index, String message) {}

    /**
     * Checks all images side by side.
     *
     * @param budget the time for all of them together; what has not answered by then is a problem
     * @return in the order of the images, empty when all are fine
     */
    public List<Problem> check(List<URI> urls, Duration budget) {
        List<Future<Optional<String>>> looks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (URI url : urls) {
                looks.add(threads.submit(() -> look(url, budget)));
            }
        }
        List<Problem> problems = new ArrayList<>();
        for (int index = 0; index < looks.size(); index++) {
            int at = index;
            result(looks.get(at)).ifPresent(message -> problems.add(new Problem(at, message)));
        }
        return problems;
    }

    private static Optional<String> result(Future<Optional<String>> look) {
        try {
            return look.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("a look at a source image broke", e);
        }
    }

    private Optional<String> look(URI url, Duration limit) {
        return switch (http.get(url.toString(), HostList.all(), limit, SourceImages::judge)) {
            case Answered<Optional<String>>(Optional<String> problem) -> problem;
            case Failed<Optional<String>>(Exchange.Trouble trouble) ->
                Optional.of(
                        switch (trouble) {
                            case NAME_NOT_RESOLVED -> "could not be fetched: its host name is not known";
                            case ADDRESS_NOT_PUBLIC -> "must have a public address";
                            case CONNECTION_FAILED -> "could not be fetched: the connection failed";
                            case TLS_FAILED -> "could not be fetched: no secure connection to its host";
                            case TIMED_OUT -> "could not be fetched in time";
                        });
            case Forbidden<Optional<String>>(String reason) -> Optional.of(reason);
            case HostNotListed<Optional<String>>() -> Optional.empty(); // no list is given here
        };
    }

    private static Optional<String> judge(OutsideAnswer answer) throws IOException {
        if (answer.status() != 200) {
            return Optional.of("could not be fetched: its host answered " + answer.status());
        }
        boolean identity = Decoding.isIdentity(answer);
        if (identity && answer.length().isPresent() && answer.length().getAsLong() > MAX_BYTES) {
            return Optional.of("must be at most 10 MB");
        }
        Optional<InputStream> body = Decoding.decoded(answer);
        if (body.isEmpty()
                || ImageType.of(body.get().readNBytes(ImageType.HEAD)).isEmpty()) {
            return Optional.of("must be a PNG, JPEG or WebP image");
        }
        boolean stated = identity && answer.length().isPresent();
        return stated || isAtMost(MAX_BYTES - ImageType.HEAD, body.get())
                ? Optional.empty()
                : Optional.of("must be at most 10 MB");
    }

    private static boolean isAtMost(long bytes, InputStream body) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long count = 0;
        for (int n = body.read(buffer); n >= 0 && count <= bytes; n = body.read(buffer)) {
            count += n;
        }
        return count <= bytes;
    }
}
