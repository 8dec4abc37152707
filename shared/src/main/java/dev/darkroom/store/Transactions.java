package dev.darkroom.store;

import dev.darkroom.net.Backoff;
import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Writes a task, and with it what it changes in its user's counter of the day, in one transaction. */
record Transactions(DynamoDbClient dynamo, String table) {
    /** Two transactions on one counter at once conflict, and the loser tries again. */
    private static final int ATTEMPTS = 12;

    private static final Backoff PAUSES =
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), new SecureRandom());

    Recorded write(Write write, CreditChange credits, long limit) {
        if (credits.credits() > limit) {
            return new Recorded.OverBudget();
        }
        List<CancellationReason> refusal = refusal(Statements.part(table, write), counter(credits, limit));
        return refusal.isEmpty() || isRefused(refusal.getFirst()) ? ofTask(write, refusal) : new Recorded.OverBudget();
    }

    Written write(Write write) {
        CreditChange credits = write.credits();
        TransactWriteItem task = Statements.part(table, write);
        return ofTask(write, credits == null ? refusal(task) : refusal(task, counter(credits, null)));
    }

    private static Written ofTask(Write write, List<CancellationReason> refusal) {
        return refusal.isEmpty()
                ? new Written.Applied(Item.ABSENT)
                : write.refusedBy(Items.fromDynamo(refusal.getFirst().item()));
    }

    /** Writes the items. If a condition refuses that, the result says which: the task's is the first. Otherwise it is empty. */
    private List<CancellationReason> refusal(TransactWriteItem... parts) {
        TransactWriteItemsRequest request =
                TransactWriteItemsRequest.builder().transactItems(parts).build();
        for (int attempt = 1; ; attempt++) {
            try {
                dynamo.transactWriteItems(request);
                return List.of();
            } catch (TransactionCanceledException e) {
                if (e.cancellationReasons().stream().anyMatch(Transactions::isRefused)) {
                    return e.cancellationReasons();
                }
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSES.after(attempt).toNanos());
            }
        }
    }

    private static boolean isRefused(CancellationReason reason) {
        return "ConditionalCheckFailed".equals(reason.code());
    }

    /** @param limit of the sum; null for none */
    private TransactWriteItem counter(CreditChange change, @Nullable Long limit) {
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":expiry", Items.toDynamo(change.budget().expiry().getEpochSecond()));
        values.put(":amount", Items.toDynamo(change.credits()));
        if (limit != null) {
            values.put(":most", Items.toDynamo(limit - change.credits()));
        }
        return TransactWriteItem.builder()
                .update(counter -> counter.tableName(table)
                        .key(Statements.key(change.budget().key()))
                        .conditionExpression(limit == null ? null : "attribute_not_exists(credits) OR credits <= :most")
                        .updateExpression("SET expires_at = :expiry ADD credits :amount")
                        .expressionAttributeValues(values))
                .build();
    }
}
