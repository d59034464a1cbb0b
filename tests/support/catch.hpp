// Catch2, version 2 or 3, under the names of version 3. Only this file includes its headers.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
// Not catch_all.hpp, which takes twice as long to compile.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
namespace lockstep {
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
}  // namespace lockstep
#else
#include <catch2/catch.hpp>
namespace lockstep {
inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
}  // namespace lockstep
#endif
