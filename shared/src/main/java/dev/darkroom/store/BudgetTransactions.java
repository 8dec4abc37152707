package dev.darkroom.store;

import dev.darkroom.task.Budget;
import dev.darkroom.task.CreditHold;
import dev.darkroom.task.CreditReturn;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.Written;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Writes a task and its user's counter of the day in one transaction. */
record BudgetTransactions(DynamoDbClient dynamo, String table) {
    /** Two transactions on one counter at once conflict, and the loser tries again. */
    private static final int ATTEMPTS = 12;

    private static final long LONGEST_PAUSE_MILLIS = 500;

    /** It must keep no state in a snapshot, or restored copies would draw the same numbers. */
    private static final SecureRandom RANDOM = new SecureRandom();

    Recorded write(TransactWriteItem task, CreditHold hold) {
        if (hold.credits() > hold.limit()) {
            return new Recorded.OverBudget();
        }
        List<CancellationReason> refusal = refusal(
                task,
                counter(hold.budget())
                        .conditionExpression("attribute_not_exists(credits) OR credits <= :most")
                        .expressionAttributeValues(Map.of(
                                ":expiry", expiry(hold.budget()),
                                ":amount", Items.toDynamo(hold.credits()),
                                ":most", Items.toDynamo(hold.limit() - hold.credits()))));
        return refusal.isEmpty() || isRefused(refusal.getFirst()) ? ofTask(refusal) : new Recorded.OverBudget();
    }

    Written write(TransactWriteItem task, CreditReturn back) {
        return ofTask(refusal(
                task,
                counter(back.budget())
                        .expressionAttributeValues(
                                Map.of(":expiry", expiry(back.budget()), ":amount", Items.toDynamo(-back.credits())))));
    }

    private static Written ofTask(List<CancellationReason> refusal) {
        return refusal.isEmpty()
                ? new Written.Applied(Item.ABSENT)
                : new Written.Refused(Items.fromDynamo(refusal.getFirst().item()));
    }

    /** Writes both items. If a condition refuses that, the result says which: the task's is the first. Otherwise it is empty. */
    private List<CancellationReason> refusal(TransactWriteItem task, Update.Builder counter) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(
                        task,
                        TransactWriteItem.builder().update(counter.build()).build())
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

    private Update.Builder counter(Budget budget) {
        return Update.builder()
                .tableName(table)
                .key(Statements.key(budget.key()))
                .updateExpression("SET expires_at = :expiry ADD credits :amount");
    }

    private static AttributeValue expiry(Budget budget) {
        return Items.toDynamo(budget.expiry().getEpochSecond());
    }
}
