package dev.darkroom.submit;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.media.SourceImages;
import dev.darkroom.media.SourceImages.Place;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.net.UrlRules;
import dev.darkroom.net.Verdict;
import dev.darkroom.request.Problem;
import dev.darkroom.request.Source;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * The source pictures of an edit. It checks them before money is spent, and makes URLs that upstream can fetch. It finds stored
 * pictures only under the user's own prefix. Thread-safe.
 */
public final class Sources {
    /** Upstream fetches the pictures within minutes. */
    private static final Duration FETCHED_WITHIN = Duration.ofHours(1);

    private static final String OUT_OF_REACH =
            "cannot be used here: the image service cannot reach it; use a public https URL";

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

    public sealed interface Checked {
        /**
         * The URLs at which upstream can fetch them, in their order. Whoever has such a URL has the picture, so only upstream
         * gets it.
         */
        record Usable(List<String> urls) implements Checked {}

        /** At least one problem of the pictures. */
        record Unusable(List<Problem> problems) implements Checked {}
    }

    /**
     * Checks all pictures.
     *
     * @throws StoreUnavailableException if the table or the bucket does not answer
     */
    public Checked check(UserId user, List<Source> sources, Duration limit) {
        Instant start = clock.instant();
        Map<TaskId, Task> tasks = bucketInReach ? tasks(user, sources) : Map.of();
        SortedMap<Integer, String> wrong = new TreeMap<>();
        SortedMap<Integer, Place> places = new TreeMap<>();
        for (int index = 0; index < sources.size(); index++) {
            Source source = sources.get(index);
            Optional<Place> place = place(user, source, tasks);
            if (!isInReach(source)) {
                wrong.put(index, OUT_OF_REACH);
            } else if (place.isPresent()) {
                places.put(index, place.get());
            } else {
                wrong.put(index, SourceImages.NOT_YOURS);
            }
        }
        SortedMap<Integer, Place> looked = new TreeMap<>(places);
        looked.values().removeIf(place -> place instanceof Place.OnTheWeb && !checksWeb);
        Map<Integer, String> unfit = images.check(looked, limit.minus(Duration.between(start, clock.instant())));
        unfit.forEach((index, why) -> noteMissing(sources.get(index), why));
        wrong.putAll(unfit);
        return wrong.isEmpty()
                ? new Checked.Usable(places.values().stream().map(this::url).toList())
                : new Checked.Unusable(wrong.entrySet().stream()
                        .map(each -> new Problem("input.image_urls[" + each.getKey() + "]", each.getValue()))
                        .toList());
    }

    /** The table has this file and the bucket does not give it. The user may not know more, but the operator should. */
    private void noteMissing(Source source, String why) {
        if (source instanceof Source.Result(TaskId task, int _) && why.equals(SourceImages.NOT_YOURS)) {
            log.warn("source_missing").task(task).write();
        }
    }

    /** The named tasks that belong to the user. It reads them at once, so that slow reads do not add up. */
    private Map<TaskId, Task> tasks(UserId user, List<Source> sources) {
        Set<TaskId> ids = sources.stream()
                .flatMap(source ->
                        source instanceof Source.Result(TaskId id, int _) ? Stream.of(id) : Stream.<TaskId>empty())
                .collect(Collectors.toSet());
        return ids.stream()
                .gather(Gatherers.mapConcurrent(Integer.MAX_VALUE, store::read))
                .flatMap(Optional::stream)
                .filter(task -> task.state() == TaskState.FINISHED && task.isVisibleTo(user, clock.instant()))
                .collect(Collectors.toMap(Task::id, Function.identity()));
    }

    /** Whether upstream can fetch a picture from there. */
    private boolean isInReach(Source source) {
        return switch (source) {
            case Source.Web(URI url) -> UrlRules.check(url.toString(), near) instanceof Verdict.Allowed;
            case Source.Upload _, Source.Result _ -> bucketInReach;
        };
    }

    /** Empty if the user has no such picture. */
    private Optional<Place> place(UserId user, Source source, Map<TaskId, Task> tasks) {
        return switch (source) {
            case Source.Web(URI url) -> Optional.of(new Place.OnTheWeb(url));
            case Source.Upload(var upload) -> Optional.of(new Place.InTheBucket(upload.key(user)));
            case Source.Result(TaskId task, int index) ->
                Optional.ofNullable(tasks.get(task))
                        .flatMap(found -> file(found, index))
                        .map(file -> new Place.InTheBucket(file.key()));
        };
    }

    private static Optional<StoredImage> file(Task task, int index) {
        List<StoredImage> files = task.files();
        return index < files.size() ? Optional.of(files.get(index)) : Optional.empty();
    }

    private String url(Place place) {
        return switch (place) {
            case Place.OnTheWeb(URI url) -> url.toString();
            case Place.InTheBucket(String key) -> urls.get(key, FETCHED_WITHIN);
        };
    }
}
