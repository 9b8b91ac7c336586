"""The words of the field that a problem file has another word for: what they are called here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bptutor.errors import nearest


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {plain(word): here for here, words in rows.items() for word in words.split()}


def plain(word: str) -> str:
    """A word without what people write differently: capitals, spaces, hyphens, underscores, brackets, `nn.`.

    >>> plain("Learning-Rate"), plain("nn.ReLU()")
    ('learningrate', 'relu')
    """
    last = re.sub(r"\(.*\)$", "", word.strip().strip("\"'")).rpartition(".")[2]
    return re.sub(r"[\s_\-–()^]+", "", last).casefold()


KEYS = _table(
    {
        "title": "name heading titel",
        "source": "url link author from reference quelle",
        "notes": "note comment comments description remark remarks",
        "layers": "layer sizes size units neurons nodes architecture topology network net structure layer_sizes shape "
        "num_units hidden_layers n_units schichten",
        "activation": "activations act activation_function activation_functions act_fn nonlinearity transfer_function "
        "transfer func function aktivierung",
        "loss": "loss_function loss_fn cost cost_function error_function objective criterion error metric fehler",
        "learning_rate": "lr eta η alpha α rate learn_rate learningrate step_size stepsize epsilon ε lernrate γ gamma",
        "optimizer": "optim opt optimiser update_rule solver updater",
        "weight_decay": "regularization regularisation regularizer regulariser l2 lambda λ wd weightdecay",
        "inputs": "x xs input in input_data data features x_train x_in i eingabe eingaben",
        "targets": "y ys t ts target output outputs label expected desired teacher y_true ytrue ground_truth truth "
        "goal d y_train want wanted desired_output expected_output soll ziel zielwerte",
        "samples": "sample examples example batch dataset training_data train training_set patterns records",
        "weights": "weight w ws theta θ kernel kernels params parameters coefficients gewichte",
        "biases": "bias b bs thresholds threshold theta0 intercepts intercept offsets offset bias_units schwellen",
        "decimals": "decimal digits precision places decimal_places round rounding_digits dp decimalplaces",
        "steps": "epochs epoch n_epochs iterations iteration iters n_iter num_epochs repeat repeats step rounds passes",
        "given": "known values known_values",
        "labels": "names unit_names",
        "ask": "asked questions question wanted_cells find compute show tasks",
        "points": "point marks score scores weighting credits",
    }
)
"""What the first level of a problem file calls it."""

CONVENTION_KEYS = _table(
    {
        "momentum": "mu μ beta β moment",
        "batch_size": "batchsize minibatch mini_batch_size",
        "rounding": "round_mode carry",
        "at_zero": "at_0 atzero zero step_at_zero",
        "update_biases": "train_biases train_bias update_bias learn_bias",
        "hidden_delta_weights": "delta_weights",
        "weight_rows": "rows row",
    }
)

OPTION_KEYS = _table(
    {
        "beta": "rho ρ decay gamma γ β alpha α momentum",
        "beta1": "b1 β1 betas",
        "beta2": "b2 β2",
        "epsilon": "eps ε delta",
        "l2": "lambda λ ridge tikhonov rate",
        "l1": "lasso",
        "decoupled": "adamw",
    }
)
"""What the numbers of an update rule and the kinds of weight decay are called."""

HOMES = {
    **dict.fromkeys(("beta1", "β1", "b1"), "optimizer: {adam: {beta1: 0.9}}"),
    **dict.fromkeys(("beta2", "β2", "b2"), "optimizer: {adam: {beta2: 0.999}}"),
    **dict.fromkeys(("epsilon", "eps", "ε"), "optimizer: {adam: {epsilon: 1e-8}}"),
    **dict.fromkeys(("rho", "ρ"), "optimizer: {rmsprop: {beta: 0.9}}"),
    **dict.fromkeys(("l1", "lasso"), "weight_decay: {l1: 0.01}"),
    **dict.fromkeys(("gradients", "gradient", "grads", "grad", "g"), "given: {grad_w1#1: [[0.5]], grad_w1#2: [[0.3]]}"),
    "ridge": "weight_decay: {l2: 0.01}",
}
"""Where something belongs that is no key of its own, as an example."""

ACTIVATION_WORDS = _table(
    {
        "sigmoid": "logistic logsig logistic_sigmoid sigma σ expit sigm sig logit logistische",
        "bipolar_sigmoid": "bipolar tansig_bipolar bipolarsigmoid symmetric_sigmoid",
        "tanh": "tansig hyperbolic_tangent tangens_hyperbolicus th hyperbolic",
        "relu": "rectifier rectified_linear rectified_linear_unit poslin ramp relu1 max0",
        "leaky_relu": "leakyrelu lrelu leaky prelu",
        "linear": "identity none purelin lin id linear_unit no nothing",
        "softmax": "soft_max smax",
        "step": "heaviside threshold hardlim binary_step perceptron unit_step",
        "sign": "sgn signum hardlims bipolar_step bipolar_threshold",
    }
)

OPTIMIZER_WORDS = _table(
    {
        "sgd": "gradient_descent gd vanilla batch_gradient_descent steepest_descent none",
        "moving_average": "ema momentum_average ewma exponential_moving_average momentum sgdm",
        "adagrad": "ada_grad",
        "rmsprop": "rms_prop rms",
        "adam": "adamw",
    }
)

LOSS_WORDS = _table(
    {
        "half_squared_error": "half_mse halfmse half_sse half_squared half_sum_of_squares half "
        "quadratic quadratic_cost",
        "squared_error": "sse sum_squared_error sum_of_squares sum_of_squared_errors squared l2 "
        "squarederror rss sumsquared",
        "mean_squared_error": "mse mean_squared l2loss mean_square_error meansquarederror mseloss",
        "binary_cross_entropy": "bce log_loss logloss binary_crossentropy logistic_loss bceloss bincrossentropy xent",
        "cross_entropy": "ce crossentropy categorical_crossentropy categorical_cross_entropy nll softmax_loss "
        "crossentropyloss negative_log_likelihood",
        "output": "outputs out",
    }
)

UNSUPPORTED = frozenset(
    _table(
        {
            "activations": "elu selu celu gelu swish silu softplus softsign mish hardtanh hard_sigmoid hardswish relu6 "
            "maxout softmin log_softmax sparsemax rbf gaussian gauss sin cos arctan atan crelu rrelu glu "
            "exp exponential",
            "layers": "dropout drop_rate mask batch_norm bn batch_normalization batch_normalisation layer_norm "
            "group_norm conv conv1d conv2d convolution convolutional kernel_size stride padding pooling pool max_pool "
            "avg_pool filters rnn recurrent lstm gru bptt time_steps hidden_state attention transformer embedding "
            "residual skip dropout_mask dropout_rate drop_prob keep_prob batch_norm1d normalization normalisation "
            "running_mean tied tied_weights shared_weights weight_sharing wxh whh",
            "losses": "huber smooth_l1 hinge squared_hinge mae mean_absolute_error absolute_error kl kl_divergence "
            "kldiv focal focal_loss triplet contrastive cosine cosine_similarity poisson log_cosh quantile pinball",
            "updates": "nesterov nag adadelta nadam adamax amsgrad radam lion lbfgs rprop clip clipping clip_norm "
            "gradient_clipping grad_clip gradient_clip clip_value max_norm schedule scheduler lr_schedule lr_scheduler "
            "decay_rate lr_decay learning_rate_decay warmup early_stopping elastic_net label_smoothing",
        }
    )
)
"""Words of the field for what there is nothing here; none of them is nearly something else."""

TRUTH = {
    "true": ("yes", "y", "on", "1", "t", "True", "TRUE"),
    "false": ("no", "n", "off", "0", "f", "False", "FALSE"),
}

OTHER_VALUES = {
    "conventions.weight_rows": _table(
        {"sending": "columns column cols x@w from input inputs", "receiving": "rows w@x to"}
    ),
    "conventions.bias": _table({"added": "add plus + bias", "subtracted": "subtract minus threshold theta θ"}),
    "conventions.delta": _table({"gradient": "o-t out-target minus", "descent": "t-o target-out ascent"}),
    "conventions.hidden_delta_weights": _table({"old": "before original", "updated": "new after"}),
    "conventions.batch": _table({"sum": "total add added", "mean": "average avg", "online": "sgd stochastic single"}),
    "conventions.rounding": _table({"carry": "carried rounded intermediate each", "display": "none exact end no"}),
    "conventions.ties": _table({"half_up": "up halfup", "half_even": "even bankers halfeven half_down"}),
}


def key_meant(word: str, keys: Iterable[str]) -> str:
    """The key of a table that a word stands for, however it is written; "" where it stands for none.

    >>> key_meant("lr", ["inputs", "learning_rate"]), key_meant("Input", ["inputs", "learning_rate"])
    ('learning_rate', 'inputs')
    """
    return _meant(word, [*keys], KEYS, CONVENTION_KEYS, OPTION_KEYS)


def word_meant(word: str, words: Iterable[str]) -> str:
    """The activation, or the loss, that a word stands for among some; "" where it stands for none.

    >>> word_meant("logistic", ["sigmoid", "relu"]), word_meant("nn.ReLU()", ["sigmoid", "relu"])
    ('sigmoid', 'relu')
    """
    return _meant(word, [*words], ACTIVATION_WORDS, LOSS_WORDS, OPTIMIZER_WORDS, OPTION_KEYS)


def is_unsupported(word: str) -> bool:
    """Whether a word of the field stands for something that there is not here.

    >>> is_unsupported("Batch-Norm"), is_unsupported("nn.ELU()"), is_unsupported("relu")
    (True, True, False)
    """
    return plain(word) in UNSUPPORTED


def _meant(word: str, known: Sequence[str], *tables: Mapping[str, str]) -> str:
    """The one of the known names that a word is, or stands for in a table, or is nearly; "" where it is none."""
    same = {plain(name): name for name in known}
    if is_unsupported(word) and plain(word) not in same:
        return ""
    here = [table.get(plain(word), "") for table in (same, *tables)]
    return next((name for name in here if name in known), "") or ("" if plain(word) in HOMES else nearest(word, known))
