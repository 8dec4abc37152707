package dev.darkroom.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** A client whose updates succeed at once without a server. It keeps the last one. */
final class InstantDynamo implements DynamoDbClient {
    private static final UpdateItemResponse DONE = UpdateItemResponse.builder().build();

    private @Nullable UpdateItemRequest last;

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
        last = request;
        return DONE;
    }

    UpdateItemRequest last() {
        return Objects.requireNonNull(last);
    }

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
