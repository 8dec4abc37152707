package dev.darkroom.local.aws;

import dev.darkroom.local.template.Template.Cors;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.util.HostPort;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** An S3 server (S3Proxy) that checks signatures, also those of presigned URLs. */
public final class S3Server implements AutoCloseable {
    /** The file store's suffix during a write. The key appears complete, by renaming. */
    private static final Pattern UNFINISHED = Pattern.compile("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");

    /** Longer than any call of a function that an event leads to. */
    private static final Duration LATEST = Duration.ofMinutes(10);

    private final S3Proxy server;
    private final WatchedStore store;
    private final @Nullable Path folder;
    private final Created created;

    private S3Server(S3Proxy server, WatchedStore store, @Nullable Path folder, Created created) {
        this.server = server;
        this.store = store;
        this.folder = folder;
        this.created = created;
    }

    /** Gets each object after the write and before the writer's answer. */
    @FunctionalInterface
    public interface Created {
        void object(String bucket, String key, long size);
    }

    /** Starts it in memory, without CORS and without a listener; a port of 0 takes a free one. */
    public static S3Server start(InetSocketAddress bind) throws Exception {
        return start(bind, null, null, (bucket, key, size) -> {});
    }

    /**
     * Starts it; a port of 0 takes a free one.
     *
     * @param folder the folder of the objects, which must exist; null: in memory
     * @param cors of every bucket; null: no web page may call
     */
    public static S3Server start(InetSocketAddress bind, @Nullable Path folder, @Nullable Cors cors, Created created)
            throws Exception {
        BlobStore store;
        if (folder == null) {
            store = new TransientNio2BlobStore();
        } else {
            for (Path file : files(folder)) {
                if (UNFINISHED.matcher(file.toString()).find()) {
                    Files.delete(file);
                }
            }
            store = new FilesystemNio2BlobStore(folder.toString());
        }
        WatchedStore watched = new WatchedStore(store, created);
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(watched)
                .endpoint(URI.create(
                        "http://" + HostPort.normalizeHost(bind.getAddress().getHostAddress()) + ":" + bind.getPort()))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, Clients.ACCESS_KEY, Clients.SECRET_KEY);
        if (cors != null) {
            builder.corsRules(new CrossOriginResourceSharing(
                    cors.origins().stream().map(S3Server::pattern).toList(),
                    cors.methods(),
                    cors.headers(),
                    cors.exposed(),
                    ""));
        }
        S3Proxy server = builder.build();
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new S3Server(server, watched, folder, created);
    }

    /** Creates a bucket if it does not exist. */
    public static void create(S3Client s3, String bucket) {
        if (s3.listBuckets().buckets().stream().noneMatch(each -> each.name().equals(bucket))) {
            s3.createBucket(request -> request.bucket(bucket));
        }
    }

    /** Announces the latest objects again, because the work for them may not have been done when the process ended. */
    public void announceLatest() throws IOException {
        Map<Path, Instant> written = new HashMap<>();
        for (Path file : folder == null ? List.<Path>of() : files(folder)) {
            written.put(file, Files.getLastModifiedTime(file).toInstant());
        }
        Instant from = written.values().stream()
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH)
                .minus(LATEST);
        for (Path file : written.keySet()) {
            if (folder != null && !written.getOrDefault(file, Instant.MIN).isBefore(from)) {
                Path path = folder.relativize(file);
                String key = path.subpath(1, path.getNameCount()).toString().replace(File.separatorChar, '/');
                created.object(path.getName(0).toString(), key, Files.size(file));
            }
        }
    }

    /** Of all buckets; each bucket is a folder. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** An origin as S3 writes it, with a * for anything, as the regular expression that S3Proxy takes. */
    private static String pattern(String origin) {
        return origin.equals("*")
                ? origin
                : String.join(
                        ".*",
                        List.of(origin.split("\\*", -1)).stream()
                                .map(Pattern::quote)
                                .toList());
    }

    public int port() {
        return server.getPort();
    }

    /** GETs of objects that have arrived so far, by the first part of the key; a GET of no object counts, too. */
    public Map<String, Long> reads() {
        return new TreeMap<>(store.reads);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // What was answered is written already.
            System.err.println(
                    "The S3 server did not stop cleanly: " + e.getClass().getName());
        }
    }

    /**
     * Announces what is written, and counts what is read. Darkroom writes whole objects only: no copies and no uploads in parts.
     */
    private static final class WatchedStore extends ForwardingBlobStore {
        private final Created created;
        private final Map<String, Long> reads = new ConcurrentHashMap<>();

        WatchedStore(BlobStore store, Created created) {
            super(store);
            this.created = created;
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
            reads.merge(request.key().replaceFirst("/.*", ""), 1L, Long::sum);
            return super.getBlob(request);
        }

        @Override
        public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
            PutObjectResponse response = super.putBlob(request, payload);
            Long size = request.contentLength();
            created.object(request.bucket(), request.key(), size == null ? 0 : size);
            return response;
        }
    }
}
