package dev.darkroom.invariants;

import dev.darkroom.task.Item;
import java.time.Instant;
import java.util.Map;

/**
 * Everything that matters about one task at one moment. The actors and their next steps are beside it.
 *
 * @param held what the user's budget holds
 * @param accepted the number of tasks that upstream has created, ended or not
 * @param ended whether upstream's task has ended
 * @param bucket the author of each object, by key
 * @param told how often the client got the callback
 * @param owed how often the callback was sent again
 */
record World(
        Item item,
        long held,
        int accepted,
        boolean ended,
        Map<String, String> bucket,
        int told,
        int owed,
        Instant now) {

    World {
        bucket = Map.copyOf(bucket);
    }

    static World before(Instant now) {
        return new World(Item.ABSENT, 0, 0, false, Map.of(), 0, 0, now);
    }

    /** Returns this world with the next step of the actor whose step led to it. */
    Orders.Taken<World, Step> then(Step step) {
        return new Orders.Taken<>(this, step);
    }

    World with(Item other, long credits) {
        return new World(other, credits, accepted, ended, bucket, told, owed, now);
    }

    World at(Instant time) {
        return new World(item, held, accepted, ended, bucket, told, owed, time);
    }

    World upstream(int tasks, boolean over) {
        return new World(item, held, tasks, over, bucket, told, owed, now);
    }

    World withBucket(Map<String, String> objects) {
        return new World(item, held, accepted, ended, objects, told, owed, now);
    }

    World toldOnceMore() {
        return new World(item, held, accepted, ended, bucket, told + 1, owed, now);
    }

    World owedOnceMore() {
        return new World(item, held, accepted, ended, bucket, told, owed + 1, now);
    }
}
