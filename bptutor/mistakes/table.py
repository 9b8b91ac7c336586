"""The mistakes of backpropagation that have a name: one table.

The order is a prior among equals: those that question threads and bug reports show most often come first.
"""

from __future__ import annotations

from itertools import chain

from bptutor.language import _
from bptutor.mistakes import backward, error, forward, update
from bptutor.mistakes.calculator import CALCULATOR
from bptutor.mistakes.decays import DECAYS
from bptutor.mistakes.exchanges import EXCHANGES
from bptutor.mistakes.gradients import GRADIENTS
from bptutor.mistakes.misconception import COMMON, RARE, USUAL, Misconception
from bptutor.mistakes.optimizers import OPTIMIZERS
from bptutor.mistakes.outputs import OUTPUTS
from bptutor.mistakes.sent_back import SENT_BACK
from bptutor.mistakes.slopes import SLOPES, slope_of_curve
from bptutor.mistakes.thresholds import THRESHOLDS
from bptutor.mistakes.units import UNITS
from bptutor.mistakes.updates import UPDATES

__all__ = ["MISCONCEPTIONS", "Misconception"]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        "omit_output_slope",
        _("You left out the slope of the output units: delta is error × slope."),
        _("How does the output of an output unit change with its net input?"),
        backward.omit_output_slope,
        COMMON,  # questions and fixes in code, more than of any other mistake
        ("delta",),
    ),
    Misconception(
        "updated_weights_in_hidden_delta",
        _("You sent the deltas back through the new weights: the hidden errors need the weights of the forward pass."),
        _("Which weights were in use when the outputs were worked out?"),
        backward.updated_weights,
        COMMON,  # threads on worked examples each year; public code (Bot-Academy #3)
        ("error",),
    ),
    Misconception(
        "raw_error_back",
        _("You sent the errors of the next layer back: what comes back to a hidden unit is made of deltas."),
        _("What must be multiplied by the weight on the way back: the error of the next unit, or its delta?"),
        backward.raw_error_back,
        COMMON,  # a much-read book for beginners sends errors back; public code (Bot-Academy #3)
        ("error",),
    ),
    Misconception(
        "flipped_error",
        _("You swapped output and target: on this page the difference has the opposite sign."),
        _("Which of the two is subtracted from which in the convention of this problem?"),
        error.flipped_error,
        COMMON,  # every second textbook has the other sign
        ("error", "delta"),
    ),
    Misconception(
        "added_update",
        _("You went the other way: the parameter moves with the gradient instead of against it."),
        _("Does the loss grow or shrink when the parameter moves along its gradient?"),
        update.added_update,
        COMMON,  # the same habit: η·δ·out with a plus
        ("step", "new"),
    ),
    Misconception(
        "slope_at_net",
        _("You put the net input into the formula of the slope, where the output of the unit belongs."),
        _("The formula of the slope is written with the output of the unit. Which number did you put in?"),
        backward.slope_at_net,
        COMMON,  # threads on sigmoid'(x) with a program's sigmoid(x) put in, and the reverse; lazyprogrammer #2
        ("slope",),
    ),
    Misconception(
        "slope_of_out",
        _("You applied the activation to the output once more before you took the slope."),
        _("The output has been through the activation already. What does the slope need?"),
        backward.slope_of_out,
        COMMON,  # the other way round of it
        ("slope",),
    ),
    Misconception(
        "bias_not_updated",
        _("You left the biases as they were: in this problem they are trained too."),
        _("Which parameters does this problem train?"),
        update.bias_not_updated,
        USUAL,  # a much-read worked example leaves its biases as they are
        ("step", "new"),
    ),
    Misconception(
        "bias_gradient_times_bias",
        _("You multiplied the delta by the bias: what comes in with a bias is constant, its own value plays no part."),
        _("By how much does the net input change when the bias does?"),
        update.bias_gradient_times_bias,
        USUAL,  # threads and issues of networks from scratch
        ("grad",),
    ),
    Misconception(
        "shared_bias_one_delta",
        _("You took the delta of a single unit: the bias serves the whole layer, so add up all deltas."),
        _("How many units does this bias feed?"),
        update.shared_bias_one_delta,
        USUAL,  # threads and issues of networks from scratch
        ("grad",),
    ),
    Misconception(
        "loss_factor",
        _("Your loss or its derivative has another constant factor than the loss of this problem."),
        _("Is there a ½ or a division in the loss, and what becomes of the factor of the square in its derivative?"),
        lambda recipe, problem: chain(forward.loss_factor(recipe, problem), error.error_factor(recipe, problem)),
        COMMON,  # threads that ask where the 2 or the ½ has gone
        ("loss", "error", "delta"),
    ),
    Misconception(
        "transposed_weights",
        _("You swapped the rows and columns of a weight matrix."),
        _("Which unit does each weight come from, and which one does it lead to?"),
        lambda recipe, problem: chain(backward.transposed(recipe, problem), forward.transposed(recipe, problem)),
        USUAL,  # issues (Lupino/bpnn #2)
        ("net", "error"),
    ),
    Misconception(
        "wrong_activation_in_gradient",
        _("You multiplied the delta by the wrong number: it has to be the output that comes in along the weight."),
        _("Which number did this weight multiply in the forward pass?"),
        update.wrong_activation,
        USUAL,  # threads and issues of networks from scratch
        ("grad",),
    ),
    Misconception(
        "broadcast_product",
        _("Every unit has the same row of steps: a product of a row and a column was taken where numbers belong."),
        _("Each weight has a delta and an incoming output of its own. Which are they here?"),
        update.broadcast_product,
        RARE,  # an accident of programs
        ("grad",),
    ),
    Misconception(
        "loss_for_error",
        _("You used the loss, or the difference without its sign, where its derivative belongs."),
        _("Is this what the output loses, or how the loss changes with the output? Can it be negative?"),
        error.loss_for_error,
        USUAL,  # threads and issues of networks from scratch
        ("error", "delta"),
    ),
    Misconception(
        "no_learning_rate",
        _("You left out the learning rate: the step is only a part of the gradient."),
        _("What does the gradient have to be multiplied by before the parameter moves?"),
        update.no_learning_rate,
        USUAL,  # threads and issues of networks from scratch
        ("step",),
    ),
    Misconception(
        "learning_rate_twice",
        _("You multiplied by the learning rate twice."),
        _("Where does the learning rate come in, and how many times?"),
        update.learning_rate_twice,
        USUAL,  # threads and issues of networks from scratch
        ("step", "new"),
    ),
    Misconception(
        "increment_only",
        _("You wrote the step down as the new value: it has to be added to the old one."),
        _("The step says by how much the parameter changes. What does it change from?"),
        update.increment_only,
        RARE,  # threads and issues of networks from scratch
        ("new",),
    ),
    Misconception(
        "weight_decay_update",
        _("You multiplied the learning rate by the old value: it has to be multiplied by the gradient."),
        _("What does the learning rate multiply?"),
        update.weight_decay_update,
        RARE,
        ("step",),
    ),
    Misconception(
        "one_path",
        _("You followed only one path back: a hidden unit feeds every unit of the next layer, so add up all of them."),
        _("Which units of the next layer does this hidden unit feed?"),
        backward.one_path,
        USUAL,  # threads and issues of networks from scratch
        ("error",),
    ),
    Misconception(
        "omit_hidden_slope",
        _("You left out the slope of the hidden units: their delta is error × slope as well."),
        _("How does the output of a hidden unit change with its net input?"),
        backward.omit_hidden_slope,
        COMMON,  # as with the outputs
        ("delta",),
    ),
    Misconception(
        "bias_omitted",
        _("You left out the bias: the net input is the weighted sum together with the bias."),
        _("What else goes into the net input besides the weighted inputs?"),
        forward.bias_omitted,
        USUAL,  # threads and issues of networks from scratch
        ("net",),
    ),
    Misconception(
        "bias_sign",
        _("You gave the bias the wrong sign."),
        _("Is the bias added or subtracted in the convention of this problem?"),
        forward.bias_sign,
        USUAL,  # threads and issues of networks from scratch
        ("net",),
    ),
    Misconception(
        "activation_skipped",
        _("You took the net input for the output: the activation is missing."),
        _("What happens to the net input before it leaves the unit?"),
        forward.activation_skipped,
        RARE,  # threads and issues of networks from scratch
        ("out",),
    ),
    Misconception(
        "activation_twice",
        _("You applied the activation twice."),
        _("How many times does a number pass through the activation of one unit?"),
        forward.activation_twice,
        RARE,  # threads in which a loss function applies the activation once more
        ("out",),
    ),
    Misconception(
        "double_derivative",
        _("You multiplied by the slope, but with this loss and this activation it has cancelled already."),
        _("What is left of the derivative of this loss with respect to the net input?"),
        error.double_derivative,
        RARE,  # threads and issues of networks from scratch
        ("delta",),
    ),
    Misconception(
        "partial_slope",
        _("You used only a part of the formula of the slope."),
        _("Look up the slope of this activation: which factors does it have?"),
        backward.partial_slope,
        USUAL,  # threads on the slope of the sigmoid
        ("slope",),
    ),
    Misconception(
        "other_slope",
        _("You used the slope of another activation."),
        _("Which activation does this layer have, and what is its slope?"),
        lambda recipe, problem: chain(backward.other_slope(recipe, problem), slope_of_curve(recipe, problem)),
        USUAL,  # threads and issues of networks from scratch
        ("slope",),
    ),
    Misconception(
        "no_weight_in_hidden_delta",
        _("You added up the deltas without the weights: each has to be multiplied by the weight on the way back."),
        _("Does every unit of the next layer feel this hidden unit equally strongly?"),
        backward.no_weight,
        USUAL,  # threads and issues of networks from scratch
        ("error",),
    ),
    Misconception(
        "exponent_sign",
        _("You used the wrong sign in the exponent of the activation."),
        _("Should the output rise or fall when the net input rises?"),
        forward.exponent_sign,
        USUAL,  # slides, a library and an assignment (ljvmiranda921/pyswarms #145, Yorko/mlcourse.ai #640)
        ("out",),
    ),
    Misconception(
        "log10",
        _("You used the logarithm to base ten: the loss has the natural logarithm."),
        _("Which logarithm does the loss have, and which key of the calculator is it?"),
        forward.log10,
        USUAL,  # the key beside ln
        ("loss",),
    ),
    Misconception(
        "softmax_not_normalised",
        _("You did not divide the exponentials by their sum over the layer."),
        _("What should the outputs of a softmax add up to?"),
        forward.softmax_not_normalised,
        RARE,
        ("out",),
    ),
    Misconception(
        "batch_factor",
        _("You took the sum over the samples where their mean belongs, or the mean where the sum belongs."),
        _("How does this problem combine the samples of an update?"),
        lambda recipe, problem: chain(forward.batch_loss(recipe, problem), update.batch_gradients(recipe, problem)),
        USUAL,  # issues (hunkim/DeepLearningZeroToAll #173)
        ("loss", "grad"),
    ),
    Misconception(
        "momentum_omitted",
        _("You left out the momentum: a part of the previous step belongs to this one."),
        _("What does the previous step contribute to this one?"),
        update.momentum_omitted,
        RARE,
        ("step",),
    ),
    *UNITS,
    *CALCULATOR,
    *EXCHANGES,
    *SLOPES,
    *OUTPUTS,
    *SENT_BACK,
    *GRADIENTS,
    *UPDATES,
    *OPTIMIZERS,
    *DECAYS,
    *THRESHOLDS,
)
"""All of them; adding one is a row and its edits, here or in the file of its kind."""
