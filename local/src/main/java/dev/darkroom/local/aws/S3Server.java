package dev.darkroom.local.aws;

import java.net.InetSocketAddress;
import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** An S3 server (S3Proxy) that keeps its objects in memory and checks signatures, also those of presigned URLs. */
public final class S3Server implements AutoCloseable {
    private final S3Proxy server;

    private S3Server(S3Proxy server) {
        this.server = server;
    }

    /** Starts it for one pair of credentials; a port of 0 takes a free one. */
    public static S3Server start(InetSocketAddress bind, String accessKey, String secretKey) throws Exception {
        S3Proxy server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://" + host(bind) + ":" + bind.getPort()))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new S3Server(server);
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
}
