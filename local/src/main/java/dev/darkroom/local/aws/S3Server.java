package dev.darkroom.local.aws;

import dev.darkroom.local.template.Template.Cors;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** An S3 server (S3Proxy) that keeps its objects in memory and checks signatures, also those of presigned URLs. */
public final class S3Server implements AutoCloseable {
    private final S3Proxy server;

    private S3Server(S3Proxy server) {
        this.server = server;
    }

    /** Is told of each object after it was written and before the writer gets its answer. */
    @FunctionalInterface
    public interface Created {
        void object(String bucket, String key, long size);
    }

    /** Starts it, for no web page and nobody to be told; a port of 0 takes a free one. */
    public static S3Server start(InetSocketAddress bind) throws Exception {
        return start(bind, null, (bucket, key, size) -> {});
    }

    /**
     * Starts it; a port of 0 takes a free one.
     *
     * @param cors of every bucket; null: no web page may call
     */
    public static S3Server start(InetSocketAddress bind, @Nullable Cors cors, Created created) throws Exception {
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(new AnnouncingStore(new TransientNio2BlobStore(), created))
                .endpoint(URI.create("http://" + host(bind) + ":" + bind.getPort()))
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
        return new S3Server(server);
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

    private static String host(InetSocketAddress bind) {
        String address = bind.getAddress().getHostAddress();
        return address.contains(":") ? "[" + address + "]" : address;
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // It keeps nothing, so nothing is lost with it.
            System.err.println(
                    "The S3 server did not stop cleanly: " + e.getClass().getName());
        }
    }

    /** Darkroom writes whole objects only: no copies and no uploads in parts. */
    private static final class AnnouncingStore extends ForwardingBlobStore {
        private final Created created;

        AnnouncingStore(BlobStore store, Created created) {
            super(store);
            this.created = created;
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
