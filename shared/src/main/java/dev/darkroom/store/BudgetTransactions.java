package dev.darkroom.store;

import dev.darkroom.task.BudgetMove;
import dev.darkroom.task.Item;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Writes a task and its user's counter of the day in one transaction. */
final class BudgetTransactions {
    /** Two transactions on one counter at once conflict, and the loser tries again. */
    private static final int ATTEMPTS = 12;

    private final DynamoDbClient dynamo;
    private final String table;

    BudgetTransactions(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    Written write(Write write, BudgetMove move) {
        if (move instanceof BudgetMove.Hold hold && hold.credits() > hold.limit()) {
            return new Written.OverBudget();
        }
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(task(write), counter(move))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                dynamo.transactWriteItems(request);
                return new Written.Applied(Item.ABSENT);
            } catch (TransactionCanceledException e) {
                List<CancellationReason> reasons = e.cancellationReasons();
                if (isRefusal(reasons, 0)) {
                    return new Written.Refused(
                            Items.fromDynamo(reasons.getFirst().item()));
                }
                if (isRefusal(reasons, 1)) {
                    return new Written.OverBudget();
                }
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                Backoff.pause(attempt);
            }
        }
    }

    private static boolean isRefusal(List<CancellationReason> reasons, int index) {
        return index < reasons.size()
                && "ConditionalCheckFailed".equals(reasons.get(index).code());
    }

    private TransactWriteItem task(Write write) {
        Expressions expressions = new Expressions();
        String condition = expressions.condition(write.condition());
        return switch (write) {
            case Write.Put put ->
                TransactWriteItem.builder()
                        .put(Put.builder()
                                .tableName(table)
                                .item(Items.toDynamo(put.item()))
                                .conditionExpression(condition)
                                .expressionAttributeNames(expressions.names())
                                .expressionAttributeValues(expressions.values())
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                                .build())
                        .build();
            case Write.Update update ->
                TransactWriteItem.builder()
                        .update(Update.builder()
                                .tableName(table)
                                .key(DynamoTaskStore.key(update.task().value()))
                                .conditionExpression(condition)
                                .updateExpression(expressions.update(update.changes()))
                                .expressionAttributeNames(expressions.names())
                                .expressionAttributeValues(expressions.values())
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                                .build())
                        .build();
            case Write.Delete delete ->
                TransactWriteItem.builder()
                        .delete(Delete.builder()
                                .tableName(table)
                                .key(DynamoTaskStore.key(delete.task().value()))
                                .conditionExpression(condition)
                                .expressionAttributeNames(expressions.names())
                                .expressionAttributeValues(expressions.values())
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                                .build())
                        .build();
        };
    }

    private TransactWriteItem counter(BudgetMove move) {
        Update.Builder update = Update.builder()
                .tableName(table)
                .key(DynamoTaskStore.key(move.budget().key()))
                .updateExpression("SET expires_at = :expiry ADD credits :amount");
        AttributeValue expiry = number(move.budget().expiry().getEpochSecond());
        return TransactWriteItem.builder()
                .update(
                        switch (move) {
                            case BudgetMove.Hold hold ->
                                update.conditionExpression("attribute_not_exists(credits) OR credits <= :most")
                                        .expressionAttributeValues(Map.of(
                                                ":expiry", expiry,
                                                ":amount", number(hold.credits()),
                                                ":most", number(hold.limit() - hold.credits())))
                                        .build();
                            case BudgetMove.GiveBack giveBack ->
                                update.expressionAttributeValues(
                                                Map.of(":expiry", expiry, ":amount", number(-giveBack.credits())))
                                        .build();
                        })
                .build();
    }

    private static AttributeValue number(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }
}
