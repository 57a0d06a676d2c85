// The judgement on a campaign, and its files.
#include "prove/proof.hpp"
#include "prove/proof_files.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

namespace runner::prove::testing {
namespace {

const std::vector<CaseResult> clean{sample_case("MAP-01"), sample_case("MAP-02"),
                                    sample_case("MAP-03", "", Outcome::skip)};

const std::vector<DefectResult> all_red{sample_defect("one", {kill_of("MAP-01")}),
                                        sample_defect("two", {kill_of("MAP-02"), kill_of("MAP-01")})};

Proof judged(Proof proof) {
    judge(proof, clean);
    return proof;
}

} // namespace

TEST_CASE("all defects killed and all checked claims red: proved") {
    const auto proof = judged(sample_proof(all_red));
    CHECK(proof.exit_code == 0);
    CHECK(proof.claims.at(0).killed_by == std::vector<std::string>{"one", "two"});
    CHECK(proof.defects.at(0).silent.empty());
    CHECK(verdict_line(proof).starts_with(
        "PROVED: 2 defects, 2 killed, 2 of 2 documented and guard claims turned red (backend=simulator)"));
}

TEST_CASE("what a case notices that differs without any defect, too, counts for nothing") {
    auto proof = sample_proof(all_red);
    proof.unsteady = {"MAP-02: a case"};
    CHECK(judged(proof).of(Fate::killed) == 2); // by MAP-01
    proof.unsteady = {"MAP-01: a case"};
    CHECK(judged(proof).of(Fate::survived) == 1);
    CHECK(shortcomings(judged(proof)).at(0) == "SURVIVED one: A driver does <it> wrong.");
}

TEST_CASE("a defect that the driver has anyway is excused, and the claim has turned red by itself") {
    auto proof = sample_proof({sample_defect("one", {}), sample_defect("two", {kill_of("MAP-02")})});
    const std::vector<CaseResult> deviating{sample_case("MAP-01", "", Outcome::known_deviation),
                                            sample_case("MAP-02")};
    auto unlisted = proof;
    judge(unlisted, deviating);
    CHECK(unlisted.of(Fate::survived) == 1);
    proof.exceptions.in_driver.push_back({"one", "because", "", deviating[0].name});
    judge(proof, deviating);
    CHECK(proof.of(Fate::in_driver) == 1);
    CHECK(proof.never_red.empty());
    CHECK(proof.exit_code == 0);
    CHECK(judged(proof).of(Fate::survived) == 1); // where the case passes without a defect
}

TEST_CASE("a survivor is named, unless it is listed as equivalent") {
    auto proof = sample_proof(all_red);
    proof.defects.push_back(sample_defect("three", {}));
    CHECK(judged(proof).exit_code == 1);
    CHECK(shortcomings(judged(proof)).at(0) == "SURVIVED three: A driver does <it> wrong.");
    proof.exceptions.equivalent.push_back({"three", "because", ""});
    CHECK(judged(proof).exit_code == 0);
    CHECK(judged(proof).of(Fate::equivalent) == 1);
}

TEST_CASE("an entry of a list that is no longer true is a problem") {
    auto proof = sample_proof(all_red);
    proof.exceptions.equivalent.push_back({"one", "because", ""});
    CHECK(judged(proof).exit_code == 1);
    proof.exceptions.equivalent.clear();
    proof.exceptions.exempt.push_back({"MAP-01", "because", ""});
    CHECK(judged(proof).problems.size() == 1);
}

TEST_CASE("a claim that never turned red counts only where all defects were followed") {
    auto proof = sample_proof({sample_defect("one", {kill_of("MAP-01")})});
    CHECK(judged(proof).never_red == std::vector<std::string>{"MAP-02"});
    CHECK(judged(proof).exit_code == 1);
    auto exempt = proof;
    exempt.exceptions.exempt.push_back({"MAP-02", "because", ""});
    CHECK(judged(exempt).exit_code == 0);
    auto part = proof;
    part.whole = false;
    auto shallow = proof;
    shallow.depth = Depth::first_kill;
    for (const auto& unjudged : {part, shallow}) {
        CHECK(judged(unjudged).exit_code == 0);
        CHECK_FALSE(to_json(judged(unjudged)).contains("never_red"));
    }
}

TEST_CASE("a claim is not red by a leak, nor by a failure that another case may have caused") {
    for (const auto& weak :
         {kill_of("MAP-02", KillKind::hygiene), kill_of("MAP-02", KillKind::fail, false)}) {
        const auto proof = judged(sample_proof({sample_defect("one", {kill_of("MAP-01"), weak})}));
        CHECK(proof.never_red == std::vector<std::string>{"MAP-02"});
        CHECK(proof.of(Fate::killed) == 1);
    }
}

TEST_CASE("an interrupted campaign is not judged") {
    auto proof = sample_proof({sample_defect("one", {kill_of("MAP-01")}), sample_defect("two", {})});
    proof.complete = proof.defects[1].finished = false;
    CHECK(judged(proof).exit_code == 130);
    CHECK(judged(proof).of(Fate::untested) == 1);
    CHECK(verdict_line(judged(proof)).starts_with("INTERRUPTED: 2 defects, 1 killed, 1 untested"));
}

TEST_CASE("the page is one file that asks no network and lets no text end a tag") {
    const auto page = to_html(judged(sample_proof(all_red)));
    for (const auto* word : {"http:", "https:", "src=", "url(", "@import", "<link", "<it>"})
        CHECK(page.find(word) == std::string::npos);
    CHECK(page.find("title=\"MAP-02 under two\"") != std::string::npos);
}

} // namespace runner::prove::testing
