package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Write;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A task's writes in DynamoDB's form. If the condition does not hold, the answer has the item that refused it. */
final class Statements {
    private Statements() {}

    static Map<String, AttributeValue> key(String value) {
        return Map.of(Attribute.TASK_ID.text(), AttributeValue.fromS(value));
    }

    /** The write as a part of a transaction. */
    static TransactWriteItem part(String table, Write write) {
        Expressions expressions = new Expressions();
        TransactWriteItem.Builder part = TransactWriteItem.builder();
        switch (write) {
            case Write.Update update ->
                part.update(item -> item.tableName(table)
                        .key(key(update.task().value()))
                        .conditionExpression(expressions.condition(update.condition()))
                        .updateExpression(expressions.update(update.changes()))
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            case Write.Delete delete ->
                part.delete(item -> item.tableName(table)
                        .key(key(delete.task().value()))
                        .conditionExpression(expressions.condition(delete.condition()))
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
        }
        return part.build();
    }

    /**
     * The update alone, which costs half as much. Only then can it answer with an item. A deletion has no such form: it is too rare to
     * save anything.
     */
    static UpdateItemRequest alone(String table, Write.Update update) {
        Expressions expressions = new Expressions();
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key(update.task().value()))
                .conditionExpression(expressions.condition(update.condition()))
                .updateExpression(expressions.update(update.changes()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValues(
                        switch (update.returned()) {
                            case NONE -> ReturnValue.NONE;
                            case BEFORE -> ReturnValue.ALL_OLD;
                            case AFTER -> ReturnValue.ALL_NEW;
                        })
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }
}
