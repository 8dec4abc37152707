package dev.darkroom.task;

/** Credits that a new task takes from a user's budget, if the sum stays within the limit. */
public record CreditHold(Budget budget, long credits, long limit) {}
