// Catch2, version 2 or 3, under one name: the only place in the repository that spells its headers.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
namespace lockstep {
using Catch::Approx;
}
#else
#include <catch2/catch.hpp>
#endif
