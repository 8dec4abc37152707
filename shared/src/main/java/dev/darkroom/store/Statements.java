package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Write;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A task's writes in DynamoDB's form. Each is built as a part of a transaction, and sent alone if there is nothing else to write:
 * that costs half as much. If the condition does not hold, the answer has the item that refused it.
 */
final class Statements {
    private Statements() {}

    static Map<String, AttributeValue> key(String value) {
        return Map.of(Attribute.TASK_ID.text(), AttributeValue.fromS(value));
    }

    static Put put(String table, Write.Put write) {
        Expressions expressions = new Expressions();
        return Put.builder()
                .tableName(table)
                .item(Items.toDynamo(write.item()))
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    static Update update(String table, Write.Update write) {
        Expressions expressions = new Expressions();
        return Update.builder()
                .tableName(table)
                .key(key(write.task().value()))
                .conditionExpression(expressions.condition(write.condition()))
                .updateExpression(expressions.update(write.changes()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    static Delete delete(String table, Write.Delete write) {
        Expressions expressions = new Expressions();
        return Delete.builder()
                .tableName(table)
                .key(key(write.task().value()))
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    static PutItemRequest alone(Put put) {
        return PutItemRequest.builder()
                .tableName(put.tableName())
                .item(put.item())
                .conditionExpression(put.conditionExpression())
                .expressionAttributeNames(put.expressionAttributeNames())
                .expressionAttributeValues(put.expressionAttributeValues())
                .returnValuesOnConditionCheckFailure(put.returnValuesOnConditionCheckFailure())
                .build();
    }

    /** Only an update that is sent alone can answer with an item. */
    static UpdateItemRequest alone(Update update, Write.Returned returned) {
        return UpdateItemRequest.builder()
                .tableName(update.tableName())
                .key(update.key())
                .conditionExpression(update.conditionExpression())
                .updateExpression(update.updateExpression())
                .expressionAttributeNames(update.expressionAttributeNames())
                .expressionAttributeValues(update.expressionAttributeValues())
                .returnValues(
                        switch (returned) {
                            case NONE -> ReturnValue.NONE;
                            case BEFORE -> ReturnValue.ALL_OLD;
                            case AFTER -> ReturnValue.ALL_NEW;
                        })
                .returnValuesOnConditionCheckFailure(update.returnValuesOnConditionCheckFailure())
                .build();
    }

    static DeleteItemRequest alone(Delete delete) {
        return DeleteItemRequest.builder()
                .tableName(delete.tableName())
                .key(delete.key())
                .conditionExpression(delete.conditionExpression())
                .expressionAttributeNames(delete.expressionAttributeNames())
                .expressionAttributeValues(delete.expressionAttributeValues())
                .returnValuesOnConditionCheckFailure(delete.returnValuesOnConditionCheckFailure())
                .build();
    }
}
