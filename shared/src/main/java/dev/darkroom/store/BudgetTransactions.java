package dev.darkroom.store;

import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.security.SecureRandom;
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

/** Writes a task and its user's counter of the day in one transaction. */
record BudgetTransactions(DynamoDbClient dynamo, String table) {
    /** Two transactions on one counter at once conflict, and the loser tries again. */
    private static final int ATTEMPTS = 12;

    private static final long LONGEST_PAUSE_MILLIS = 500;

    /** It must keep no state in a snapshot, or restored copies would draw the same numbers. */
    private static final SecureRandom RANDOM = new SecureRandom();

    Recorded write(Write write, CreditChange credits, long limit) {
        if (credits.credits() > limit) {
            return new Recorded.OverBudget();
        }
        List<CancellationReason> refusal = refusal(write, counter(credits, limit - credits.credits()));
        return refusal.isEmpty() || isRefused(refusal.getFirst()) ? ofTask(write, refusal) : new Recorded.OverBudget();
    }

    Written write(Write write, CreditChange credits) {
        return ofTask(write, refusal(write, counter(credits, null)));
    }

    private static Written ofTask(Write write, List<CancellationReason> refusal) {
        return refusal.isEmpty()
                ? new Written.Applied(Item.ABSENT)
                : write.refusedBy(Items.fromDynamo(refusal.getFirst().item()));
    }

    /** Writes both items. If a condition refuses that, the result says which: the task's is the first. Otherwise it is empty. */
    private List<CancellationReason> refusal(Write write, TransactWriteItem counter) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(Statements.part(table, write), counter)
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                dynamo.transactWriteItems(request);
                return List.of();
            } catch (TransactionCanceledException e) {
                if (e.cancellationReasons().stream().anyMatch(BudgetTransactions::isRefused)) {
                    return e.cancellationReasons();
                }
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                // Exponential with full jitter, from up to 20 ms.
                long longest = Math.min(LONGEST_PAUSE_MILLIS, 10L << attempt);
                LockSupport.parkNanos(RANDOM.nextLong(longest) * 1_000_000);
            }
        }
    }

    private static boolean isRefused(CancellationReason reason) {
        return "ConditionalCheckFailed".equals(reason.code());
    }

    /** @param most what may be counted before; null for anything */
    private TransactWriteItem counter(CreditChange change, @Nullable Long most) {
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":expiry", Items.toDynamo(change.budget().expiry().getEpochSecond()));
        values.put(":amount", Items.toDynamo(change.credits()));
        if (most != null) {
            values.put(":most", Items.toDynamo(most));
        }
        return TransactWriteItem.builder()
                .update(counter -> counter.tableName(table)
                        .key(Statements.key(change.budget().key()))
                        .conditionExpression(most == null ? null : "attribute_not_exists(credits) OR credits <= :most")
                        .updateExpression("SET expires_at = :expiry ADD credits :amount")
                        .expressionAttributeValues(values))
                .build();
    }
}
