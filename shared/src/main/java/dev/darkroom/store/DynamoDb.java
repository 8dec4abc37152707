package dev.darkroom.store;

import dev.darkroom.config.Environment;
import dev.darkroom.net.HttpClients;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Opens the table that a function's settings name. */
public final class DynamoDb {
    /** Limits all attempts of one request together, so that a webhook gets an answer within 5 s even if storage is down. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration ATTEMPT_TIMEOUT = Duration.ofMillis(1500);

    private DynamoDb() {}

    public static DynamoTaskStore open(Environment environment) {
        String table = environment.required("TASKS_TABLE");
        String endpoint = environment.optional("AWS_ENDPOINT_URL_DYNAMODB");
        DynamoDbClientBuilder client = DynamoDbClient.builder()
                .region(Region.of(environment.required("AWS_REGION")))
                .credentialsProvider(DefaultCredentialsProvider.builder().build())
                .httpClient(HttpClients.forAws(CONNECT_TIMEOUT, ATTEMPT_TIMEOUT))
                .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        // A write of an item that a transaction is writing is refused, and may be repeated at once.
                        .retryStrategy(retry ->
                                HttpClients.backoff(retry).retryOnException(TransactionConflictException.class)));
        if (endpoint != null) {
            client.endpointOverride(URI.create(endpoint));
        }
        return new DynamoTaskStore(client.build(), table);
    }
}
