// The page of a poll that someone made.
export {};
