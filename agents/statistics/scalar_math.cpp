
#include "agents/statistics/scalar_math.hpp"

#include <lockstep/detail/lane/math.hpp>

namespace lockstep {

double scalar_exp(double x) { return exp(Vec<Scalar, double>(x)).part[0]; }
double scalar_log(double x) { return log(Vec<Scalar, double>(x)).part[0]; }

}  // namespace lockstep
