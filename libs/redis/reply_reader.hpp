// hiredis's parser, made to build our replies: a batch of votes has many thousands of parts, and making
// hiredis's own objects of them first and ours after that took a third of a worker's time.
#pragma once

#include "redis/reply.hpp"

struct redisReplyObjectFunctions;

namespace pollux::redis {

// For redisReaderCreateWithFunctions(), or the member `fn` of a context's reader before it has read anything.
redisReplyObjectFunctions* reply_functions();

// What such a reader gave, which is not null; it is the caller's to take, once.
Reply take_reply(void* parsed);

}  // namespace pollux::redis
