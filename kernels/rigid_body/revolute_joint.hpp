// A hinge between two bodies, with a motor and limits (b2RevoluteJoint of Box2D 2.3).
//
// Must not:  know contacts, or other joints.
// Invariant: operations and their order are Box2D's, but for numbers that do not change between
//            iterations, which are computed once, and for signs that are moved through products.
#pragma once

#include <limits>

#include <lockstep/detail/rigid_body/body.hpp>

namespace lockstep::rigid_body {

// A type that describes a hinge has these members: the shapes of both bodies, the hinge in the
// coordinates of each, angles in rad, the motor's speed in rad/s and its greatest torque.
template <class H>
concept Hinge = Polygon<typename H::A> && Polygon<typename H::B> && requires {
    H::anchor_a.x;
    H::anchor_b.x;
    H::reference_angle;
    H::lower_angle;
    H::upper_angle;
    H::motor_speed;
    H::max_motor_torque;
};

inline constexpr float max_angular_correction = 8.0F / 180 * pi;

// Impulses at the hinge in x and y, and torques of the limit and of the motor. Those of one step
// are what the next one begins with.
template <class Isa>
struct JointImpulse {
    Floats<Isa> x, y, limit, motor;

    auto columns() { return std::tie(x, y, limit, motor); }
};

// What the velocity iterations take from the bodies' places. The mass matrix is symmetric.
template <class Isa>
struct JointMass {
    Vec2<Isa> arm_a, arm_b;
    Floats<Isa> k11, k12, k13, k22, k23;
    Floats<Isa> minor1, minor2, minor3;  // the second column times the third
    Floats<Isa> minus_inverse_determinant, inverse_determinant22;
    // The limit lets go where its torque, with this sign, would be below the threshold.
    Floats<Isa> sign, threshold;

    auto columns() {
        return std::tie(arm_a, arm_b, k11, k12, k13, k22, k23, minor1, minor2, minor3,
                        minus_inverse_determinant, inverse_determinant22, sign, threshold);
    }
};

template <class H>
inline constexpr float k33 = H::A::inverse_inertia + H::B::inverse_inertia;

template <class Isa>
LOCKSTEP_INLINE Floats<Isa> inverse_or_zero(const Floats<Isa>& a) noexcept {
    return select(a != 0, 1 / a, a);
}

// Adds an impulse to both bodies, each with its torque.
template <class H, class Isa>
LOCKSTEP_INLINE void push(Motion<Isa>& a, Motion<Isa>& b, const Vec2<Isa>& impulse,
                          const Floats<Isa>& torque_a, const Floats<Isa>& torque_b) noexcept {
    using F = Floats<Isa>;
    const F ma(H::A::inverse_mass), mb(H::B::inverse_mass);
    const F ia(H::A::inverse_inertia), ib(H::B::inverse_inertia);
    a.velocity = a.velocity - ma * impulse;
    a.spin = a.spin - ia * torque_a;
    b.velocity = b.velocity + mb * impulse;
    b.spin = b.spin + ib * torque_b;
}

// Prepares a joint, and repeats the impulses of the last step. `held` says which limit held it then
// and holds it now: -1 the lower, 1 the upper, 0 none.
template <Hinge H, class Isa>
LOCKSTEP_INLINE void begin_joint(const Rotation<Isa>& turn_a, const Floats<Isa>& angle_a,
                                 const Rotation<Isa>& turn_b, const Floats<Isa>& angle_b,
                                 Vec<Isa, std::int32_t>& held, JointMass<Isa>& r,
                                 JointImpulse<Isa>& impulse, Motion<Isa>& a,
                                 Motion<Isa>& b) noexcept {
    using F = Floats<Isa>;
    using I = Vec<Isa, std::int32_t>;
    const F ia(H::A::inverse_inertia), ib(H::B::inverse_inertia);
    const F masses(H::A::inverse_mass + H::B::inverse_mass);
    r.arm_a = rotated(turn_a, Vec2<Isa>(H::anchor_a) - Vec2<Isa>(H::A::mass_center));
    r.arm_b = rotated(turn_b, Vec2<Isa>(H::anchor_b) - Vec2<Isa>(H::B::mass_center));
    r.k11 = masses + r.arm_a.y * r.arm_a.y * ia + r.arm_b.y * r.arm_b.y * ib;
    r.k12 = -r.arm_a.y * r.arm_a.x * ia - r.arm_b.y * r.arm_b.x * ib;
    r.k13 = -r.arm_a.y * ia - r.arm_b.y * ib;
    r.k22 = masses + r.arm_a.x * r.arm_a.x * ia + r.arm_b.x * r.arm_b.x * ib;
    r.k23 = r.arm_a.x * ia + r.arm_b.x * ib;
    r.minor1 = r.k22 * k33<H> - r.k23 * r.k23;
    r.minor2 = r.k23 * r.k13 - r.k12 * k33<H>;
    r.minor3 = r.k12 * r.k23 - r.k22 * r.k13;
    r.minus_inverse_determinant =
        -inverse_or_zero(r.k11 * r.minor1 + r.k12 * r.minor2 + r.k13 * r.minor3);
    r.inverse_determinant22 = inverse_or_zero(r.k11 * r.k22 - r.k12 * r.k12);

    const F angle = angle_b - angle_a - H::reference_angle;
    const I limit =
        select(angle <= H::lower_angle, I(-1), select(angle >= H::upper_angle, I(1), I(0)));
    impulse.limit = select((limit == held) & (limit != 0), impulse.limit, F(0));
    held = limit;
    r.sign = select(limit == 1, F(-1), F(1));
    r.threshold = select(limit == 0, F(std::numeric_limits<float>::infinity()), F(0));

    const Vec2<Isa> p(impulse.x, impulse.y);
    push<H>(a, b, p, cross(r.arm_a, p) + impulse.motor + impulse.limit,
            cross(r.arm_b, p) + impulse.motor + impulse.limit);
}

// One iteration: the motor, then the hinge together with its limit. `held` says whether a limit
// holds the joint in any lane.
template <Hinge H, class Isa>
LOCKSTEP_INLINE void solve_joint(const JointMass<Isa>& r, bool held, JointImpulse<Isa>& sum,
                                 Motion<Isa>& a, Motion<Isa>& b) noexcept {
    using F = Floats<Isa>;
    const F ia(H::A::inverse_inertia), ib(H::B::inverse_inertia);
    constexpr float most = time_step * H::max_motor_torque;
    constexpr float motor_mass = 1 / k33<H>;
    const F speed = b.spin - a.spin - H::motor_speed;
    const F motor = limited(sum.motor + F(-motor_mass) * speed, F(-most), F(most));
    const F torque = motor - sum.motor;
    sum.motor = motor;
    a.spin = a.spin - ia * torque;
    b.spin = b.spin + ib * torque;

    // c: how fast the bodies part at the hinge, and turn against each other.
    const F c1 = b.velocity.x - b.spin * r.arm_b.y - a.velocity.x + a.spin * r.arm_a.y;
    const F c2 = b.velocity.y + b.spin * r.arm_b.x - a.velocity.y - a.spin * r.arm_a.x;
    F x, y, turn, limit;
    auto free = ~Mask<Isa>::none();
    if (held) {
        // Cramer's rule, as in b2Mat33::Solve33.
        const F c3 = b.spin - a.spin, k(k33<H>), c1k23 = c1 * r.k23;
        x = r.minus_inverse_determinant * (c1 * r.minor1 + c2 * r.minor2 + c3 * r.minor3);
        y = r.minus_inverse_determinant *
            (r.k11 * (c2 * k - c3 * r.k23) + r.k12 * (c3 * r.k13 - c1 * k) +
             r.k13 * (c1k23 - c2 * r.k13));
        turn = r.minus_inverse_determinant *
               (r.k11 * (r.k22 * c3 - r.k23 * c2) + r.k12 * (c1k23 - r.k12 * c3) +
                r.k13 * (r.k12 * c2 - r.k22 * c1));
        limit = sum.limit + turn;
        free = r.sign * limit < r.threshold;
    }
    if (!held || any(free)) {
        // Where no limit pushes, the hinge alone.
        const F x_rest = sum.limit * r.k13 - c1, y_rest = sum.limit * r.k23 - c2;
        const F x_free = r.inverse_determinant22 * (r.k22 * x_rest - r.k12 * y_rest);
        const F y_free = r.inverse_determinant22 * (r.k11 * y_rest - r.k12 * x_rest);
        x = select(free, x_free, x);
        y = select(free, y_free, y);
        turn = select(free, -sum.limit, turn);
        limit = select(free, F(0), limit);
    }
    const Vec2<Isa> impulse(x, y);
    sum.x = sum.x + x;
    sum.y = sum.y + y;
    sum.limit = limit;
    push<H>(a, b, impulse, cross(r.arm_a, impulse) + turn, cross(r.arm_b, impulse) + turn);
}

template <class Isa>
LOCKSTEP_INLINE bool any_held(const JointMass<Isa>& r) noexcept {
    return any(r.threshold < Floats<Isa>(1));
}

// Turns and moves the bodies so that the joint holds; returns where it already did, within
// tolerances.
template <Hinge H, class Isa>
LOCKSTEP_INLINE Mask<Isa> correct_joint(const Vec<Isa, std::int32_t>& held, Place<Isa>& a,
                                        Place<Isa>& b) noexcept {
    using F = Floats<Isa>;
    constexpr float motor_mass = 1 / k33<H>;
    const F ia(H::A::inverse_inertia), ib(H::B::inverse_inertia);
    const F ma(H::A::inverse_mass), mb(H::B::inverse_mass);

    const F angle = b.angle - a.angle - H::reference_angle;
    const F below = angle - H::lower_angle, above = angle - H::upper_angle;
    const auto at_lower = held == -1, at_upper = held == 1;
    const F correction =
        select(at_lower, limited(below + angular_slop, F(-max_angular_correction), F(0)),
               limited(above - angular_slop, F(0), F(max_angular_correction)));
    const F twist = select(at_lower | at_upper, F(-motor_mass) * correction, F(0));
    const F angular_error = select(at_lower, -below, select(at_upper, above, F(0)));
    a.angle = a.angle - ia * twist;
    b.angle = b.angle + ib * twist;

    const Vec2<Isa> arm_a =
        rotated(rotation(a.angle), Vec2<Isa>(H::anchor_a) - Vec2<Isa>(H::A::mass_center));
    const Vec2<Isa> arm_b =
        rotated(rotation(b.angle), Vec2<Isa>(H::anchor_b) - Vec2<Isa>(H::B::mass_center));
    const Vec2<Isa> gap = b.center + arm_b - a.center - arm_a;
    const F masses(H::A::inverse_mass + H::B::inverse_mass);
    const F k11 = masses + ia * arm_a.y * arm_a.y + ib * arm_b.y * arm_b.y;
    const F k12 = -ia * arm_a.x * arm_a.y - ib * arm_b.x * arm_b.y;
    const F k22 = masses + ia * arm_a.x * arm_a.x + ib * arm_b.x * arm_b.x;
    const F determinant = -inverse_or_zero(k11 * k22 - k12 * k12);
    const Vec2<Isa> impulse(determinant * (k22 * gap.x - k12 * gap.y),
                            determinant * (k11 * gap.y - k12 * gap.x));
    a.center = a.center - ma * impulse;
    a.angle = a.angle - ia * cross(arm_a, impulse);
    b.center = b.center + mb * impulse;
    b.angle = b.angle + ib * cross(arm_b, impulse);
    return (length(gap) <= linear_slop) & (angular_error <= angular_slop);
}

}  // namespace lockstep::rigid_body
