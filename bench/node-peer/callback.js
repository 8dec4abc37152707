// The callback function's job as one would write it for Lambda in Node: check the signature in the path, read the webhook,
// make the task due by one conditional update, say so in one log line.
const { createHmac, timingSafeEqual } = require("node:crypto");
const { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");

const dynamo = new DynamoDBClient({});
const keys = process.env.CALLBACK_SIGNING_KEYS.split(",");

function genuine(task, signature) {
  const given = Buffer.from(signature);
  return keys.some((key) => {
    const own = Buffer.from(createHmac("sha256", key).update(task).digest("base64url"));
    return own.length === given.length && timingSafeEqual(own, given);
  });
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

exports.handler = async (event) => {
  const { task_id: task, signature } = event.pathParameters;
  if (!genuine(task, signature)) {
    return answer(404, { code: 404, error: { type: "not_found", message: "There is no such task." } });
  }
  const { data } = JSON.parse(event.body);
  const now = Date.now();
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: process.env.TASKS_TABLE,
        Key: { task_id: { S: task } },
        ConditionExpression:
          "#state IN (:submitting, :accepted, :settling) AND attribute_not_exists(report)" +
          " AND (attribute_not_exists(upstream_task_id) OR upstream_task_id = :upstream)",
        UpdateExpression:
          "SET #state = :due, due_at = :now, due_shard = :shard, updated_at = :now, report = :report," +
          " upstream_status = :running, upstream_task_id = :upstream, version = version + :one REMOVE claim_id",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ":submitting": { S: "submitting" },
          ":accepted": { S: "accepted" },
          ":settling": { S: "settling" },
          ":due": { S: "due" },
          ":now": { N: String(now) },
          ":shard": { N: "7" },
          ":report": { S: event.body },
          ":running": { S: "running" },
          ":upstream": { S: data.task_id },
          ":one": { N: "1" },
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
  } catch (failure) {
    if (failure instanceof ConditionalCheckFailedException) {
      return answer(200, { ok: true, duplicate: true });
    }
    throw failure;
  }
  console.log(JSON.stringify({ level: "INFO", event: "callback", task_id: task, outcome: "NEWS" }));
  return answer(200, { ok: true });
};
