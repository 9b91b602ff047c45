// Early return on an Error. Macros, because only a macro can return from its caller.
#pragma once

#include "holdall/status.h"

#define HOLDALL_JOIN_(a, b) a##b
#define HOLDALL_JOIN(a, b) HOLDALL_JOIN_(a, b)

// HOLDALL_TRY(check_something(x));
#define HOLDALL_TRY(expression)                                     \
  do {                                                              \
    if (auto holdall_status = (expression); !holdall_status.ok()) { \
      return std::move(holdall_status).error();                     \
    }                                                               \
  } while (false)

// HOLDALL_ASSIGN(auto value, read_something(x));
#define HOLDALL_ASSIGN(declaration, expression) \
  HOLDALL_ASSIGN_(declaration, expression, HOLDALL_JOIN(holdall_result_, __LINE__))
#define HOLDALL_ASSIGN_(declaration, expression, result) \
  auto result = (expression);                            \
  if (!result.ok()) return std::move(result).error();    \
  declaration = std::move(result).value()
