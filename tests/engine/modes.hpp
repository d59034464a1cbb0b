// What a VectorEnv can do at an episode's end, and where its resets come from.
#pragma once

#include <lockstep/vector_env.hpp>

namespace lockstep::test {

inline constexpr Autoreset modes[] = {Autoreset::next_step, Autoreset::same_step,
                                      Autoreset::disabled};
inline constexpr Seeding seedings[] = {Seeding::lockstep, Seeding::gymnasium,
                                       Seeding::gymnasium_shared};

}  // namespace lockstep::test
