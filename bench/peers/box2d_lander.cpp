// LunarLander in plain C++ over Debian's Box2D 2.4.1: a peer for speed only, since its rules and
// rounding are not those of the 2.3 that Gymnasium has. Prints the steps per second of one
// world after another, under Gymnasium's heuristic, resets included:
//
//     apt-get install libbox2d-dev
//     g++ -std=c++20 -O3 -march=native bench/peers/box2d_lander.cpp -lbox2d -o lander && ./lander
#include <box2d/box2d.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>

namespace {

constexpr double scale = 30, width = 600 / scale, height = 400 / scale;

class Lander : public b2ContactListener {
public:
    float seen[8];
    bool over = false;

    explicit Lander(std::mt19937_64& random) : random_(random), world_(b2Vec2(0, -10)) {
        world_.SetContactListener(this);
        make_ground();
        make_bodies();
        step(0);
    }
    void BeginContact(b2Contact* contact) override { touch(contact, true); }
    void EndContact(b2Contact* contact) override { touch(contact, false); }

    void step(int action) {
        fire(action);
        world_.Step(1.0F / 50, 180, 60);
        const b2Vec2 at = hull_->GetPosition(), v = hull_->GetLinearVelocity();
        const double now[8] = {(at.x - width / 2) / (width / 2),
                               (at.y - (height / 4 + 18 / scale)) / (height / 2),
                               v.x * (width / 2) / 50,
                               v.y * (height / 2) / 50,
                               hull_->GetAngle(),
                               20 * hull_->GetAngularVelocity() / 50,
                               contact_[0] ? 1.0 : 0.0,
                               contact_[1] ? 1.0 : 0.0};
        std::copy(std::begin(now), std::end(now), seen);
        over = crashed_ || std::abs(now[0]) >= 1 || !hull_->IsAwake();
    }

private:
    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random_);
    }
    void make_ground() {
        double heights[12], x[11];
        for (double& h : heights) h = uniform(0, height / 2);
        for (int i = 0; i < 11; ++i) x[i] = width / 10 * i;
        for (int i = 3; i <= 7; ++i) heights[i] = height / 4;
        b2BodyDef fixed;
        ground_ = world_.CreateBody(&fixed);
        const auto edge = [&](double x1, double y1, double x2, double y2) {
            b2EdgeShape shape;
            shape.SetTwoSided(b2Vec2(float(x1), float(y1)), b2Vec2(float(x2), float(y2)));
            b2FixtureDef fixture;
            fixture.shape = &shape;
            fixture.friction = 0.1F;
            ground_->CreateFixture(&fixture);
        };
        edge(0, 0, width, 0);
        const auto smooth = [&](int i) {
            return 0.33 * (heights[(i + 11) % 12] + heights[i] + heights[i + 1]);
        };
        for (int i = 0; i < 10; ++i) edge(x[i], smooth(i), x[i + 1], smooth(i + 1));
    }
    b2Body* body(double x, double y, double angle, const b2PolygonShape& shape, float density,
                 std::uint16_t category) {
        b2BodyDef moving;
        moving.type = b2_dynamicBody;
        moving.position.Set(float(x), float(y));
        moving.angle = float(angle);
        b2Body* made = world_.CreateBody(&moving);
        b2FixtureDef fixture;
        fixture.shape = &shape;
        fixture.density = density;
        fixture.friction = density > 1 ? 0.1F : 0.2F;
        fixture.filter.categoryBits = category;
        fixture.filter.maskBits = 1;
        made->CreateFixture(&fixture);
        return made;
    }
    void make_bodies() {
        constexpr double corners[6][2] = {{-14, 17}, {-17, 0}, {-17, -10},
                                          {17, -10}, {17, 0},  {14, 17}};
        b2Vec2 points[6];
        for (int i = 0; i < 6; ++i)
            points[i].Set(float(corners[i][0] / scale), float(corners[i][1] / scale));
        b2PolygonShape outline, box;
        outline.Set(points, 6);
        box.SetAsBox(float(2 / scale), float(8 / scale));
        hull_ = body(width / 2, height, 0, outline, 5, 0x10);
        hull_->ApplyForceToCenter(b2Vec2(float(uniform(-1000, 1000)), float(uniform(-1000, 1000))),
                                  true);
        for (int i = 0; i < 2; ++i) {
            const float side = i == 0 ? -1 : 1;
            leg_[i] = body(width / 2 - side * 20 / scale, height, side * 0.05, box, 1, 0x20);
            b2RevoluteJointDef hinge;
            hinge.bodyA = hull_, hinge.bodyB = leg_[i];
            hinge.localAnchorB.Set(float(side * 20 / scale), float(18 / scale));
            hinge.referenceAngle = side * 0.05F;
            hinge.enableMotor = hinge.enableLimit = true;
            hinge.maxMotorTorque = 40;
            hinge.motorSpeed = 0.3F * side;
            hinge.lowerAngle = i == 0 ? 0.4F : -0.9F;
            hinge.upperAngle = i == 0 ? 0.9F : -0.4F;
            world_.CreateJoint(&hinge);
        }
    }
    void touch(b2Contact* contact, bool begins) {
        const b2Body *a = contact->GetFixtureA()->GetBody(), *b = contact->GetFixtureB()->GetBody();
        crashed_ = crashed_ || (begins && (a == hull_ || b == hull_));
        for (int i = 0; i < 2; ++i) {
            if (a == leg_[i] || b == leg_[i]) contact_[i] = begins;
        }
    }
    void push(double ox, double oy, double dx, double dy, double strength) {
        const b2Vec2 at = hull_->GetPosition();
        hull_->ApplyLinearImpulse(b2Vec2(float(-ox * strength), float(-oy * strength)),
                                  b2Vec2(float(at.x + ox + dx), float(at.y + oy + dy)), true);
    }
    void fire(int action) {
        const double s = std::sin(hull_->GetAngle()), c = std::cos(hull_->GetAngle());
        const double along = uniform(-1, 1) / scale, across = uniform(-1, 1) / scale;
        if (action == 2) {
            const double down = 4 / scale + 2 * along;
            push(s * down - c * across, -c * down - s * across, 0, 0, 13);
        } else if (action != 0) {
            const double away = 3 * across + (action - 2) * 12 / scale;
            push(s * along - c * away, -c * along - s * away, -s * 17 / scale, c * 14 / scale, 0.6);
        }
    }

    std::mt19937_64& random_;
    b2World world_;
    b2Body *ground_ = nullptr, *hull_ = nullptr, *leg_[2] = {};
    bool contact_[2] = {}, crashed_ = false;
};

// Gymnasium's heuristic.
int choose(const float (&s)[8]) {
    const float target = std::clamp(s[0] * 0.5F + s[2], -0.4F, 0.4F);
    float turn = (target - s[4]) * 0.5F - s[5];
    float rise = (0.55F * std::abs(s[0]) - s[1]) * 0.5F - s[3] * 0.5F;
    if (s[6] != 0 || s[7] != 0) turn = 0, rise = -s[3] * 0.5F;
    if (rise > std::abs(turn) && rise > 0.05F) return 2;
    return turn < -0.05F ? 3 : turn > 0.05F ? 1 : 0;
}

}  // namespace

int main() {
    using Clock = std::chrono::steady_clock;
    std::mt19937_64 random(1);
    long steps = 0;
    const auto start = Clock::now();
    double seconds = 0;
    while (seconds < 3) {
        const auto lander = std::make_unique<Lander>(random);
        for (int t = 0; t < 1000 && !lander->over; ++t, ++steps) lander->step(choose(lander->seen));
        seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    std::printf("%ld steps/s\n", std::lround(static_cast<double>(steps) / seconds));
}
