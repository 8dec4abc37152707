package dev.darkroom.submit;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.media.SourceImages;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.net.UrlRules;
import dev.darkroom.net.Verdict;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.request.Source;
import dev.darkroom.request.UploadId;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/**
 * The source pictures of an edit. It checks them before money is spent, and makes URLs that upstream can fetch. It finds stored
 * pictures only under the user's own prefix. Thread-safe.
 */
public final class Sources {
    /** Upstream fetches the pictures within minutes. */
    private static final Duration FETCH_LIMIT = Duration.ofHours(1);

    private static final String OUT_OF_REACH =
            "cannot be used here: the image service cannot reach it; use a public https URL";

    private static final Look NOT_YOURS = new Look.Unusable(SourceImages.NOT_YOURS);

    private final TaskStore store;
    private final SourceImages images;
    private final PresignedUrls urls;
    private final InstantSource clock;
    private final Log log;
    private final boolean checksWeb;
    private final boolean bucketInReach;

    /** The hosts that upstream reaches although they are not public. */
    private final TrustedHosts near;

    /** Reads CHECK_SOURCE_IMAGES and the addresses of bucket and upstream. */
    public Sources(
            Environment environment,
            TaskStore store,
            OutsideHttp http,
            PresignedUrls urls,
            TrustedHosts trusted,
            InstantSource clock,
            Log log) {
        this.store = store;
        this.images = new SourceImages(http, new ImagesBucket(environment));
        this.urls = urls;
        this.clock = clock;
        this.log = log;
        this.checksWeb = environment.flag("CHECK_SOURCE_IMAGES", true);
        // An upstream on this machine can reach this machine's servers. Any other reaches only public hosts.
        this.near = trusted.contains(ApiDot.baseUrl(environment, trusted)) ? trusted : TrustedHosts.none();
        this.bucketInReach = urls.areAllowed(near);
    }

    /**
     * Checks all pictures at once, so that slow reads do not add up.
     *
     * @return the URLs at which upstream can fetch them, in their order. Whoever has such a URL has the picture, so only upstream
     *     gets it
     * @throws StoreUnavailableException if the table or the bucket does not answer
     */
    public Parsed<List<String>> check(UserId user, List<Source> sources, Duration limit) {
        Instant by = clock.instant().plus(limit);
        List<Look> looks = sources.stream()
                .gather(Gatherers.mapConcurrent(Integer.MAX_VALUE, source -> look(user, source, by)))
                .toList();
        List<String> usable = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (int index = 0; index < looks.size(); index++) {
            switch (looks.get(index)) {
                case Look.Usable(String url) -> usable.add(url);
                case Look.Unusable(String why) -> problems.add(new Problem("input.image_urls[" + index + "]", why));
            }
        }
        return problems.isEmpty() ? new Parsed.Valid<>(usable) : new Parsed.Invalid<>(problems);
    }

    /** What one look at a picture found. */
    private sealed interface Look {
        /** @param url at which upstream can fetch it */
        record Usable(String url) implements Look {}

        /** @param why continues a sentence that begins with the picture's name */
        record Unusable(String why) implements Look {}

        /** @param why null if nothing is wrong with the picture */
        static Look of(@Nullable String why, Supplier<String> url) {
            return why == null ? new Usable(url.get()) : new Unusable(why);
        }
    }

    private Look look(UserId user, Source source, Instant by) {
        if (!isInReach(source)) {
            return new Look.Unusable(OUT_OF_REACH);
        }
        return switch (source) {
            case Source.Web(URI url) ->
                Look.of(checksWeb ? images.look(url, left(by)).orElse(null) : null, url::toString);
            case Source.Upload(UploadId upload) -> look(upload.key(user), by);
            case Source.Result(TaskId task, int index) -> {
                Optional<String> key = key(user, task, index);
                Look look = key.map(known -> look(known, by)).orElse(NOT_YOURS);
                if (key.isPresent() && look.equals(NOT_YOURS)) {
                    // The table has this file and the bucket does not give it. The operator should know, the user not.
                    log.warn("source_missing").task(task).write();
                }
                yield look;
            }
        };
    }

    private Look look(String key, Instant by) {
        return Look.of(images.look(key, left(by)).orElse(null), () -> urls.get(key, FETCH_LIMIT));
    }

    /** Whether upstream can fetch a picture from there. */
    private boolean isInReach(Source source) {
        return switch (source) {
            case Source.Web(URI url) -> UrlRules.check(url.toString(), near) instanceof Verdict.Allowed;
            case Source.Upload _, Source.Result _ -> bucketInReach;
        };
    }

    /** Where the file of a task is; empty if the user has no such file. */
    private Optional<String> key(UserId user, TaskId task, int index) {
        return store.read(task)
                .filter(found -> found.state() == TaskState.FINISHED && found.isVisibleTo(user, clock.instant()))
                .map(Task::files)
                .filter(files -> index < files.size())
                .map(files -> files.get(index).key());
    }

    private Duration left(Instant by) {
        return Duration.between(clock.instant(), by);
    }
}
